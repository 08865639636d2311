-- An item whose product is gone is hidden first and deleted after a time of grace.
ALTER TABLE listing ADD COLUMN delete_due boolean NOT NULL DEFAULT false;
UPDATE listing SET delete_due = true WHERE desired = 'gone';
CREATE INDEX listing_delete ON listing (desired_at) WHERE desired = 'gone' AND NOT delete_due AND external_id IS NOT NULL;
