-- What becomes of a difference that somebody made on the platform, and what people decided.
ALTER TABLE listing ADD COLUMN accepted_price numeric;   -- VND; the platform's price that was left as it is while ours is the desired one
ALTER TABLE listing ADD COLUMN kept_hidden boolean NOT NULL DEFAULT false;   -- somebody hid it over there, and that was left as it is
ALTER TABLE listing_event DROP CONSTRAINT listing_event_kind_check;
ALTER TABLE listing_event ADD CONSTRAINT listing_event_kind_check CHECK (kind IN ('desired', 'sent', 'seen', 'state', 'decided'));
CREATE INDEX listing_event_decided ON listing_event (id) WHERE kind = 'decided';
