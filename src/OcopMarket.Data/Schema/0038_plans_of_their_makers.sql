-- Who asks, beside whose rows they may reach: the portal says app.person in each of its transactions, so that a row that one person began is
-- not finished by another.
CREATE FUNCTION scope_person_key() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT CASE WHEN current_setting('app.person', true) ~ '^[1-9][0-9]{0,17}$' THEN 'person:' || current_setting('app.person', true) END
$body$;

-- Many listings that staff or admins take off sale wait for a second person (proposed), as what the mass-change guard holds does.
ALTER TABLE wish_plan
    DROP CONSTRAINT wish_plan_step_check,
    ADD CONSTRAINT wish_plan_step_check CHECK (step IN ('planned', 'proposed', 'confirmed', 'done', 'dropped')),
    ADD COLUMN proposed_at timestamptz,
    ADD COLUMN proposed_reason text CHECK (length(proposed_reason) BETWEEN 10 AND 500),
    ADD COLUMN approved_by text,                  -- as people are shown it
    ADD COLUMN approved_key text,
    ADD CONSTRAINT wish_plan_proposed CHECK (step <> 'proposed' OR proposed_at IS NOT NULL),
    ADD CONSTRAINT wish_plan_second CHECK (
        proposed_at IS NULL OR step NOT IN ('confirmed', 'done') OR (approved_key IS NOT NULL AND approved_by IS NOT NULL AND approved_key <> planned_key));
CREATE INDEX wish_plan_maker ON wish_plan (planned_key, confirmed_at);
CREATE INDEX wish_plan_unconfirmed ON wish_plan (planned_at) WHERE step IN ('planned', 'proposed', 'dropped');

-- Lines of a plan within the scope of whoever asks that are still the producer's for whom they were planned; @lines null: all that do something.
CREATE FUNCTION wish_within(plan bigint, lines int[]) RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT i.n FROM wish_item i
    JOIN product p ON p.id = i.product_id AND p.producer_id = i.producer_id
    LEFT JOIN listing l ON l.id = i.listing_id
    WHERE i.plan_id = plan AND (i.n = ANY (lines) OR (lines IS NULL AND i.act NOT IN ('none', 'blocked')))
      AND ((SELECT scope_is_all()) OR p.producer_id = (SELECT scope_producer()) OR p.unit_code = ANY ((SELECT scope_units())::text[]))
      AND (i.listing_id IS NULL OR (l.producer_id = i.producer_id
          AND ((SELECT scope_is_all()) OR l.producer_id = (SELECT scope_producer()) OR l.unit_code = ANY ((SELECT scope_units())::text[]))))
$body$;

-- How many of the lines that would do something are out of sight of whoever asks: such a plan is nobody's to confirm any more.
CREATE FUNCTION wish_out_of_sight(plan bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT (SELECT count(*) FROM wish_item i WHERE i.plan_id = plan AND i.act NOT IN ('none', 'blocked')) - (SELECT count(*) FROM wish_within(plan, NULL))
$body$;

-- What somebody may act on now: null for who is gone, blocked or only looks. Whoever changes it waits until the write that asked is over.
CREATE FUNCTION reach_of_person(key text) RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT p.scope FROM identity.person p
    WHERE p.id = CASE WHEN key ~ '^person:[1-9][0-9]{0,17}$' THEN substr(key, 8)::bigint END AND p.disabled_at IS NULL AND p.role <> 'viewer'
    FOR SHARE
$body$;
-- What a plan says in words, for who has a line in it: a copy of all that is stored of a business shows it, also where staff planned.
CREATE FUNCTION wish_told(plan bigint) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT jsonb_build_object('kind', w.kind, 'planned_at', w.planned_at, 'reason', w.reason, 'proposed_reason', w.proposed_reason) FROM wish_plan w
    WHERE w.id = plan AND (pg_has_role(session_user, 'ocop_worker', 'MEMBER') OR w.scope = scope_text() OR scope_is_all()
        OR EXISTS (SELECT FROM wish_item i WHERE i.plan_id = plan AND i.producer_id = scope_producer()))
$body$;
REVOKE ALL ON FUNCTION wish_within(bigint, int[]), wish_out_of_sight(bigint), reach_of_person(text), wish_told(bigint) FROM PUBLIC;

-- A plan is begun, confirmed and dropped by its maker; of a proposal another one decides. Its lines come with it, in the transaction that begins
-- it, so that none joins what somebody has looked at or is confirming.
DROP POLICY web_plans ON wish_plan;
DROP POLICY web_confirms ON wish_plan;
DROP POLICY web_lists ON wish_item;
CREATE POLICY web_plans ON wish_plan AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    step = 'planned' AND scope = (SELECT scope_text()) AND producer_id IS NOT DISTINCT FROM (SELECT scope_producer())
    AND planned_key = (SELECT scope_person_key()));
CREATE POLICY web_confirms ON wish_plan AS RESTRICTIVE FOR UPDATE TO ocop_web
    USING (CASE WHEN planned_key = (SELECT scope_person_key()) THEN step IN ('planned', 'proposed') AND scope = (SELECT scope_text())
                ELSE step = 'proposed' AND (SELECT scope_is_staff()) AND (SELECT scope_person_key()) IS NOT NULL END)
    WITH CHECK (CASE WHEN planned_key = (SELECT scope_person_key()) THEN step IN ('proposed', 'confirmed', 'dropped') AND approved_key IS NULL
                     ELSE step = 'dropped' OR (step = 'confirmed' AND proposed_at IS NOT NULL AND approved_key = (SELECT scope_person_key())) END);
CREATE POLICY web_lists ON wish_item AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    outcome IS NULL
    AND EXISTS (SELECT FROM wish_plan w WHERE w.id = wish_item.plan_id AND w.step = 'planned' AND w.scope = (SELECT scope_text())
                AND w.planned_key = (SELECT scope_person_key()) AND w.xmin = pg_current_xact_id()::xid)
    AND EXISTS (SELECT FROM product p WHERE p.id = wish_item.product_id AND p.producer_id = wish_item.producer_id)
    AND (listing_id IS NULL OR EXISTS (SELECT FROM listing l WHERE l.id = wish_item.listing_id AND l.product_id = wish_item.product_id)));

-- Plans are counted by the day, too; whichever words there are already stay.
DO $body$
DECLARE
    known text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'identity.day_use'::regclass AND conname = 'day_use_what_check');
BEGIN
    ALTER TABLE identity.day_use DROP CONSTRAINT day_use_what_check;
    EXECUTE 'ALTER TABLE identity.day_use ADD CONSTRAINT day_use_what_check ' || replace(known, '''webhook''::text', '''webhook''::text, ''plan''::text');
END $body$;
