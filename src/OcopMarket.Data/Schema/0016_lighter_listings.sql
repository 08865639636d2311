-- A listing is written four times on its way from planned to live. Room beside the rows lets a new version stand next to the old one, and then
-- only what differs is logged, not the whole content. Rows that are there already move on their next change.
ALTER TABLE listing SET (fillfactor = 65);
ALTER TABLE listing_task SET (fillfactor = 85);

-- The variant that a listing belongs to has the same references, and so has the listing that a task belongs to: none of them can go while
-- these stay. Here they were looked up and locked once more for each new row, and for each second change of a listing in one transaction.
ALTER TABLE listing DROP CONSTRAINT listing_product_id_fkey, DROP CONSTRAINT listing_producer_id_fkey;
ALTER TABLE listing_task DROP CONSTRAINT listing_task_account_id_fkey;

-- A create carries what every lane carries. What it carried stands in its own row now, where four rows more were written for each listing; a
-- lane gets a row of its own when something of it changes for the first time.
ALTER TABLE listing_task
    ADD COLUMN carried_content bigint, ADD COLUMN carried_price bigint, ADD COLUMN carried_stock bigint, ADD COLUMN carried_visibility bigint;

-- Such a row begins with what the create carried. A program of the version before, which asks for a lane because it finds no row, gets one that
-- is at rest: nothing is sent twice.
CREATE FUNCTION listing_task_carried() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.sent_revision := coalesce((
        SELECT CASE NEW.lane WHEN 'content' THEN c.carried_content WHEN 'price' THEN c.carried_price
                    WHEN 'stock' THEN c.carried_stock ELSE c.carried_visibility END
        FROM listing_task c WHERE c.listing_id = NEW.listing_id AND c.lane = 'create'), 0);
    IF NEW.sent_revision > 0 THEN
        NEW.last_outcome := 'accepted';
    END IF;
    IF NEW.sent_revision >= NEW.wanted_revision THEN
        NEW.state := 'idle';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER listing_task_carried BEFORE INSERT ON listing_task FOR EACH ROW
    WHEN (NEW.lane <> 'create' AND NEW.state = 'due' AND NEW.sent_revision = 0) EXECUTE FUNCTION listing_task_carried();

-- What was sent of each lane, whichever row says so.
CREATE VIEW listing_lane WITH (security_invoker = true) AS
    SELECT listing_id, lane, rank, state, wanted_revision, sent_revision, last_outcome, last_code, last_at, due_at, failures FROM listing_task
    UNION ALL
    SELECT c.listing_id, x.lane, x.rank, 'idle', x.revision, x.revision, 'accepted', NULL, c.last_at, c.due_at, 0
    FROM listing_task c
    CROSS JOIN LATERAL (VALUES ('stop', 0, c.carried_visibility), ('stock', 1, c.carried_stock), ('price', 2, c.carried_price),
                               ('content', 3, c.carried_content)) x(lane, rank, revision)
    WHERE c.lane = 'create' AND x.revision IS NOT NULL
      AND NOT EXISTS (SELECT FROM listing_task t WHERE t.listing_id = c.listing_id AND t.lane = x.lane);
