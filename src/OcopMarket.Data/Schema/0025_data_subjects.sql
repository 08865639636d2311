-- What people ask about the data that is stored of them, with the law's clocks; and what must not come back once it was erased.

-- One request: to give a copy out, to erase a producer or a household at their wish, or to remove those of a whole unit when a service ends. It
-- names nobody: a producer or shop by number, and it outlives them.
CREATE TABLE subject_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('export', 'erase', 'remove')),
    producer_id bigint,
    account_id bigint,                            -- of a household outside the catalogue: its shop
    removed_unit text,                            -- remove: everybody of this unit
    unit_code text,                               -- where the one it is about lives: who of the staff may see it
    parent_id bigint REFERENCES subject_request,  -- the removal of a unit that this is a part of; null with people: 'restore' asks once more
    evidence text NOT NULL,                       -- number of the form or letter
    asked_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_key text NOT NULL,                   -- who it is: person:12, name:lan
    recorded_at timestamptz NOT NULL DEFAULT now(),
    answer_by timestamptz NOT NULL,               -- the law's clocks: to say that it was received, and to be done
    done_by timestamptz NOT NULL,
    answered_at timestamptz,
    approved_by text,
    approved_key text,
    approved_at timestamptz,
    step text NOT NULL DEFAULT 'open' CHECK (step IN ('open', 'approved', 'leaving', 'done', 'refused')),
    began_at timestamptz,                         -- items are being taken down since then
    ended_at timestamptz,
    ended_reason text,                            -- why it was refused
    removed jsonb,                                -- rows by table
    left_over jsonb NOT NULL DEFAULT '[]',        -- items that could not be taken down: [{marketplace, shop, item}], until a person has
    CHECK (num_nonnulls(producer_id, account_id, removed_unit) = 1),
    CHECK ((removed_unit IS NOT NULL) <= (kind = 'remove')),
    CHECK (approved_at IS NULL OR (approved_key IS NOT NULL AND approved_key <> recorded_key)),
    CHECK ((step IN ('done', 'refused')) = (ended_at IS NOT NULL)));
CREATE INDEX subject_request_open ON subject_request (step, id) WHERE ended_at IS NULL;
CREATE INDEX subject_request_parent ON subject_request (parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX subject_request_one ON subject_request (coalesce(producer_id, 0), coalesce(account_id, 0), coalesce(removed_unit, ''))
    WHERE ended_at IS NULL AND kind <> 'export';

SELECT protect_rows('subject_request', '(SELECT scope_is_all()) OR producer_id = (SELECT scope_producer()) OR unit_code = ANY ((SELECT scope_units())::text[])');

-- By what an erased one is known again in a list: codes over keys and names under a key outside of the database.
CREATE TABLE subject_mark (
    mark bytea PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT now(),
    to_file boolean NOT NULL DEFAULT false,       -- erased, and not yet written into the file where a restore finds it
    is_back boolean NOT NULL DEFAULT false);      -- a backup may have brought it back: to be looked for
CREATE INDEX subject_mark_open ON subject_mark (mark) WHERE is_back OR to_file;

-- People of an erased producer: the portal's tables are closed to the workers but for this.
CREATE FUNCTION forget_people(producers bigint[]) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    WITH leaving AS (
        SELECT 'producer:' || producer_id AS scope FROM subject_request
        WHERE producer_id = ANY (producers) AND step = 'leaving' AND kind <> 'export'),
    keys AS (DELETE FROM identity.api_key k USING leaving WHERE k.scope = leaving.scope),
    gone AS (DELETE FROM identity.person p USING leaving WHERE p.scope = leaving.scope RETURNING 1)
    SELECT count(*)::int FROM gone
$body$;
REVOKE ALL ON FUNCTION forget_people(bigint[]) FROM PUBLIC;

-- The task that an attempt belongs to goes with its listing, and so do the attempts, in one transaction. Here each new attempt looked its task
-- up and locked it once more, and each task that went walked all attempts.
ALTER TABLE listing_attempt DROP CONSTRAINT listing_attempt_task_id_fkey;
