-- People ask about stored data in the portal as well, and admins decide there. What its login may write of a request is narrower than what it sees,
-- whatever its program forgets; two people stay two by the table's own check.

-- A request begins open, names an account as its writer, and is about somebody within the writer's reach, under the unit where they live now. The
-- removal of a whole unit is asked for by a command alone.
CREATE POLICY web_asks ON subject_request AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    step = 'open' AND kind IN ('export', 'erase') AND removed_unit IS NULL AND parent_id IS NULL AND recorded_key ~ '^person:[0-9]+$' AND (
        EXISTS (SELECT FROM producer p
                WHERE p.id = subject_request.producer_id AND coalesce(p.unit_now, p.unit_code) IS NOT DISTINCT FROM subject_request.unit_code)
        OR EXISTS (SELECT FROM seller_account a
                   WHERE a.id = subject_request.account_id AND a.producer_id IS NULL AND a.owner_name IS NOT NULL
                     AND a.unit_code IS NOT DISTINCT FROM subject_request.unit_code)));

-- Who sees everything decides; a business only takes its own request back, or takes its own copy. What is under way or over is not touched, but that
-- items left in shops were taken down by hand. Done is a copy that was handed over: an erasure is done where its rows went, which the portal cannot say.
CREATE POLICY web_decides ON subject_request AS RESTRICTIVE FOR UPDATE TO ocop_web
    USING ((step = 'open' OR (step = 'done' AND left_over <> '[]')) AND ((SELECT scope_is_all()) OR producer_id = (SELECT scope_producer())))
    WITH CHECK (
        ((SELECT scope_is_all()) OR (producer_id = (SELECT scope_producer()) AND (step = 'refused' OR (kind = 'export' AND step = 'done'))))
        AND (step IN ('open', 'approved', 'refused') OR (step = 'done' AND (kind = 'export' OR removed IS NOT NULL)))
        AND (approved_key IS NULL OR approved_key ~ '^person:[0-9]+$'));

CREATE INDEX subject_request_producer ON subject_request (producer_id) WHERE producer_id IS NOT NULL;

-- How much of what costs room or work somebody did on a day: files handed in, requests, copies. One row for all processes; the count goes with the
-- work or not at all.
CREATE TABLE identity.day_use (
    keeper text NOT NULL,                         -- producer:12 (all its people together), person:7
    what text NOT NULL CHECK (what IN ('file', 'ask', 'copy')),
    day date NOT NULL,                            -- in Viet Nam
    uses int NOT NULL CHECK (uses > 0),
    bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    PRIMARY KEY (keeper, what, day));
