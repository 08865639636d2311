-- An item whose product is gone is hidden first and deleted after a time of grace.
ALTER TABLE listing ADD COLUMN delete_due boolean NOT NULL DEFAULT false;
-- Only what was being deleted already: the rest is hidden first, and the guard looks at it.
UPDATE listing l SET delete_due = true
WHERE desired = 'gone' AND EXISTS (SELECT FROM listing_attempt a WHERE a.listing_id = l.id AND a.kind = 'delete');
CREATE INDEX listing_delete ON listing (desired_at) WHERE desired = 'gone' AND NOT delete_due AND external_id IS NOT NULL;
