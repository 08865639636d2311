-- People give and withdraw mandates in the portal, whose login may not write listings: a mandate that changed says so until a worker has brought
-- the shop's listings in line with it.

ALTER TABLE mandate ADD COLUMN follow_at timestamptz; -- of the last change that is still to be followed up; null: nothing is
CREATE INDEX mandate_follow ON mandate (follow_at) WHERE follow_at IS NOT NULL;

-- Whether the portal may write a mandate of this producer for this shop: it is his own, or a shared one that he let act for him before. Asked
-- outside of the shops' own rules, which ask for mandates themselves.
CREATE FUNCTION mandate_fits(account bigint, producer bigint, unit text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $body$
    SELECT EXISTS (
        SELECT FROM seller_account a JOIN producer p ON p.id = producer
        WHERE a.id = account AND a.state <> 'closed' AND coalesce(p.unit_now, p.unit_code) IS NOT DISTINCT FROM unit
          AND (a.producer_id = p.id OR (a.producer_id IS NULL
              AND EXISTS (SELECT FROM mandate m WHERE m.account_id = a.id AND m.producer_id = p.id))))
$body$;
REVOKE ALL ON FUNCTION mandate_fits(bigint, bigint, text) FROM PUBLIC;

-- What the portal's login writes is followed up always, and what is withdrawn stays so.
CREATE POLICY web_gives ON mandate AS RESTRICTIVE FOR INSERT TO ocop_web
    WITH CHECK (follow_at IS NOT NULL AND mandate_fits(account_id, producer_id, unit_code));
CREATE POLICY web_withdraws ON mandate AS RESTRICTIVE FOR UPDATE TO ocop_web
    USING (revoked_on IS NULL) WITH CHECK (revoked_on IS NOT NULL AND follow_at IS NOT NULL);

-- A paper comes before the mandate that names it, so nobody can be asked yet whose it is: whoever has a scope may hand one in under its true
-- hash, and sees it from when a mandate within that scope names it.
CREATE POLICY web_hands_in ON mandate_evidence FOR INSERT TO ocop_web WITH CHECK (scope_text() <> '');
CREATE POLICY web_hands_in_truly ON mandate_evidence AS RESTRICTIVE FOR INSERT TO ocop_web
    WITH CHECK (bytes = octet_length(content) AND bytes BETWEEN 1 AND 20971520 AND sha256 = encode(sha256(content), 'hex'));
