-- A held mass change goes out when two people have said so: one proposes, another confirms what the first one saw. The workers then let it go.
ALTER TABLE guard_hold
    ADD COLUMN proposed_by text,                  -- name, as shown
    ADD COLUMN proposed_key text,                 -- who it is: person:12, or name:lan of somebody at the command line
    ADD COLUMN proposed_at timestamptz,
    ADD COLUMN proposed_reason text,
    ADD COLUMN approved_by text,
    ADD COLUMN approved_key text,
    ADD COLUMN approved_at timestamptz,           -- items held later are not covered
    ADD CHECK ((proposed_at IS NULL) = (proposed_key IS NULL) AND (proposed_at IS NULL) = (proposed_reason IS NULL)),
    ADD CHECK (approved_at IS NULL OR (approved_key IS NOT NULL AND proposed_key IS NOT NULL AND approved_key <> proposed_key));
CREATE INDEX guard_hold_approved ON guard_hold (id) WHERE approved_at IS NOT NULL AND released_at IS NULL;

-- Whether all that is held lies within the scope of the one who asks: nobody decides about items that he may not see.
CREATE FUNCTION hold_within(hold bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $body$
    SELECT (SELECT scope_is_all()) OR ((SELECT scope_is_staff()) AND NOT EXISTS (
        SELECT FROM listing_hold h JOIN listing l ON l.id = h.listing_id
        WHERE h.hold_id = hold AND h.ended_at IS NULL AND NOT coalesce(l.unit_code = ANY ((SELECT scope_units())::text[]), false)))
$body$;
REVOKE ALL ON FUNCTION hold_within(bigint) FROM PUBLIC;
CREATE POLICY web_decides ON guard_hold AS RESTRICTIVE FOR UPDATE TO ocop_web USING (hold_within(id));

-- The portal writes down who came in and who changed whom: that is about no producer's rows.
CREATE POLICY web_writes ON audit FOR INSERT TO ocop_web WITH CHECK (true);
