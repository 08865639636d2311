-- When a listing comes up again by time alone, in a narrow table of its own. As columns of the listing, two of its indexes hung on them: every
-- turn that was taken, and every read that found nothing new, wrote an entry into all ten.
CREATE TABLE listing_turn (
    listing_id bigint PRIMARY KEY REFERENCES listing ON DELETE CASCADE,
    read_at timestamptz NOT NULL DEFAULT 'infinity', -- its item is read then
    until timestamptz)                               -- then time alone changes its state
    WITH (fillfactor = 70);
INSERT INTO listing_turn (listing_id, read_at, until) SELECT id, next_read_at, state_until FROM listing;
CREATE INDEX listing_turn_read ON listing_turn (read_at) WHERE read_at < 'infinity';
CREATE INDEX listing_turn_until ON listing_turn (until) WHERE until IS NOT NULL;
COMMENT ON TABLE listing_turn IS 'Written under the lock of the listing, but for the taking of a read, which waits for nothing.';

-- Programs of the version before keep writing the columns and take their turns from them, which costs a read too many now and then. The columns
-- go with the next version.
COMMENT ON COLUMN listing.next_read_at IS 'Of the version before; what counts is listing_turn.read_at.';
COMMENT ON COLUMN listing.state_until IS 'Of the version before; what counts is listing_turn.until.';

CREATE FUNCTION listing_turn_begins() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO listing_turn (listing_id, read_at, until) SELECT id, next_read_at, state_until FROM written ORDER BY id;
    RETURN NULL;
END
$body$;
CREATE TRIGGER listing_turn_insert AFTER INSERT ON listing REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION listing_turn_begins();

CREATE FUNCTION listing_turn_moves() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE listing_turn SET read_at = NEW.next_read_at, until = NEW.state_until WHERE listing_id = NEW.id;
    RETURN NULL;
END
$body$;
CREATE TRIGGER listing_turn_update AFTER UPDATE ON listing FOR EACH ROW
    WHEN (NEW.next_read_at IS DISTINCT FROM OLD.next_read_at OR NEW.state_until IS DISTINCT FROM OLD.state_until)
    EXECUTE FUNCTION listing_turn_moves();

-- An event is written under the lock of its listing, and goes with it in one transaction. Here each looked its listing up once more.
ALTER TABLE listing_event DROP CONSTRAINT listing_event_listing_id_fkey;

-- The engine's own business: the portal reads no turns, and would see those of its listings.
DO $body$
BEGIN
    PERFORM protect_rows('listing_turn', '(SELECT scope_is_all()) OR EXISTS (SELECT FROM listing l WHERE l.id = listing_turn.listing_id)');
END $body$;
