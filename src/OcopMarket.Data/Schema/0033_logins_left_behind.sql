-- Logins that were replaced before a shop's login went by the shop's id: they stayed sealed under the former key's name, and nothing points at them.
DELETE FROM credential c WHERE scope = 'shop' AND NOT EXISTS (SELECT FROM seller_account a WHERE a.credential_id = c.id);

-- What an erased producer's people used of a day goes with them.
CREATE OR REPLACE FUNCTION forget_people(producers bigint[]) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    WITH leaving AS (
        SELECT 'producer:' || producer_id AS scope FROM subject_request
        WHERE producer_id = ANY (producers) AND step = 'leaving' AND kind <> 'export'),
    keys AS (DELETE FROM identity.api_key k USING leaving WHERE k.scope = leaving.scope),
    gone AS (DELETE FROM identity.person p USING leaving WHERE p.scope = leaving.scope RETURNING p.id),
    used AS (
        DELETE FROM identity.day_use WHERE keeper IN (SELECT scope FROM leaving UNION ALL SELECT 'person:' || id FROM gone))
    SELECT count(*)::int FROM gone
$body$;
