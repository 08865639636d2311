-- The mass-change guard: what a mistake in a list would do to many items at once, or to one price beyond measure, waits for a person.

ALTER TABLE listing
    ADD COLUMN anchor_price numeric(14, 0),       -- price that new ones are measured against; follows at most once in seven days, so that slow steps are seen
    ADD COLUMN anchor_at timestamptz NOT NULL DEFAULT now();
UPDATE listing SET anchor_price = desired_price;

-- What is released together: of one source (held when its rows were taken over) or of one shop (held before it was sent).
CREATE TABLE guard_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('price', 'zero_stock', 'stop')),
    source_id int REFERENCES source,
    account_id bigint REFERENCES seller_account ON DELETE CASCADE,
    opened_at timestamptz NOT NULL DEFAULT now(),
    total int,                                    -- items in the source or shop when it was opened
    released_at timestamptz,
    released_by text,
    reason text,
    CHECK ((released_at IS NULL) OR (released_by IS NOT NULL AND reason IS NOT NULL)));
CREATE UNIQUE INDEX guard_hold_open ON guard_hold (kind, coalesce(source_id, 0), coalesce(account_id, 0)) WHERE released_at IS NULL;

CREATE TABLE listing_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    listing_id bigint NOT NULL REFERENCES listing ON DELETE CASCADE,
    hold_id bigint NOT NULL REFERENCES guard_hold ON DELETE CASCADE,
    kind text NOT NULL,
    was numeric(14, 0),
    becomes numeric(14, 0),
    held_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    ended_how text CHECK (ended_how IN ('released', 'withdrawn')));
CREATE UNIQUE INDEX listing_hold_open ON listing_hold (listing_id, kind) WHERE ended_at IS NULL;
CREATE INDEX listing_hold_of ON listing_hold (hold_id, listing_id) WHERE ended_at IS NULL;
CREATE INDEX listing_hold_past ON listing_hold (listing_id, kind, ended_at) WHERE ended_how = 'released';
CREATE INDEX listing_attempt_stops ON listing_attempt (account_id, started_at) WHERE lane = 'stop';
