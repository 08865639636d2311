-- Who sees which rows, said by the database itself. The portal's login sees what lies in app.scope, a setting of its transaction:
-- 'producer:12', 'units:84,29398', 'all'; nothing set, no row. The workers' login has every row. Row security is forced: the owner of the
-- tables is let in by a policy as well. The roles are there already; the migrator makes them.

CREATE FUNCTION scope_text() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $body$ SELECT coalesce(current_setting('app.scope', true), '') $body$;

CREATE FUNCTION scope_is_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $body$ SELECT scope_text() = 'all' $body$;

CREATE FUNCTION scope_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $body$ SELECT scope_text() = 'all' OR scope_text() ~ '^units:[0-9]+(,[0-9]+)*$' $body$;

CREATE FUNCTION scope_producer() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $body$ SELECT CASE WHEN scope_text() ~ '^producer:[0-9]{1,18}$' THEN substr(scope_text(), 10)::bigint END $body$;

-- The named units of today, the communes of named provinces, and former communes of which all that they became lies within, unless their
-- code means another unit today.
CREATE FUNCTION scope_units() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    WITH named AS (
        SELECT unnest(CASE WHEN scope_text() ~ '^units:[0-9]+(,[0-9]+)*$' THEN string_to_array(substr(scope_text(), 7), ',') END) AS code),
    today AS (
        SELECT code FROM named
        UNION SELECT u.code FROM admin_unit u JOIN named n ON u.parent_code = n.code WHERE u.valid_to IS NULL),
    former AS (
        SELECT s.old_code AS code FROM admin_unit_succession s
        WHERE s.old_code IN (SELECT o.old_code FROM admin_unit_succession o JOIN today t ON t.code = o.new_code)
        GROUP BY s.old_code
        HAVING bool_and(s.new_code IN (SELECT code FROM today))
           AND NOT EXISTS (SELECT FROM admin_unit u WHERE u.code = s.old_code AND u.valid_to IS NULL))
    SELECT array_agg(code) FROM (SELECT code FROM today UNION SELECT code FROM former) c
$body$;
CREATE INDEX admin_unit_parent ON admin_unit (parent_code) WHERE valid_to IS NULL;
CREATE INDEX admin_unit_succession_new ON admin_unit_succession (new_code);

-- Closes a table. Rows are the portal's to see where the condition holds; it is worked out once a statement where it stands in a sub-select.
-- A later step that makes a table with a producer's data calls this, too.
CREATE FUNCTION protect_rows(closed regclass, within text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', closed);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', closed);
    EXECUTE format('CREATE POLICY owner_all ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', closed);
    EXECUTE format('CREATE POLICY worker_all ON %s TO ocop_worker USING (true) WITH CHECK (true)', closed);
    EXECUTE format('CREATE POLICY web_scope ON %s TO ocop_web USING (%s) WITH CHECK (%s)', closed, within, within);
    EXECUTE format('CREATE POLICY readonly_scope ON %s FOR SELECT TO ocop_readonly USING (%s)', closed, within);
END $body$;

DO $body$
DECLARE
    everything text := '(SELECT scope_is_all())';
    staff text := '(SELECT scope_is_staff())';
    own text := everything || ' OR producer_id = (SELECT scope_producer())';
    own_or_units text := own || ' OR unit_code = ANY ((SELECT scope_units())::text[])';
    closed text;
BEGIN
    PERFORM protect_rows('producer',
        everything || ' OR id = (SELECT scope_producer()) OR coalesce(unit_now, unit_code) = ANY ((SELECT scope_units())::text[])');
    FOREACH closed IN ARRAY ARRAY['product', 'variant', 'certification', 'mandate', 'listing', 'listing_issue'] LOOP
        PERFORM protect_rows(closed::regclass, own_or_units);
    END LOOP;

    -- What hangs on a product or a listing is seen by staff who see that.
    FOREACH closed IN ARRAY ARRAY['product_image', 'source_row'] LOOP
        PERFORM protect_rows(closed::regclass, own || format(
            ' OR (%s AND EXISTS (SELECT FROM product p WHERE p.id = %I.product_id))', staff, closed));
    END LOOP;
    PERFORM protect_rows('source_row_revision', own || format(
        ' OR (%s AND EXISTS (SELECT FROM source_row r WHERE r.id = source_row_revision.source_row_id))', staff));
    FOREACH closed IN ARRAY ARRAY['listing_task', 'listing_attempt', 'listing_event'] LOOP
        PERFORM protect_rows(closed::regclass, own || format(
            ' OR (%s AND EXISTS (SELECT FROM listing l WHERE l.id = %I.listing_id))', staff, closed));
    END LOOP;
    PERFORM protect_rows('listing_hold', everything || ' OR EXISTS (SELECT FROM listing l WHERE l.id = listing_hold.listing_id)');

    -- A shop that serves several producers is seen by each that gave it a mandate.
    PERFORM protect_rows('seller_account', own_or_units
        || ' OR (producer_id IS NULL AND EXISTS (SELECT FROM mandate m WHERE m.account_id = seller_account.id AND m.producer_id = (SELECT scope_producer())))');
    FOREACH closed IN ARRAY ARRAY['account_event', 'account_queue', 'shop_item'] LOOP
        PERFORM protect_rows(closed::regclass, everything || format(
            ' OR EXISTS (SELECT FROM seller_account a WHERE a.id = %I.account_id)', closed));
    END LOOP;
    PERFORM protect_rows('guard_hold', everything || format(
        ' OR (account_id IS NOT NULL AND EXISTS (SELECT FROM seller_account a WHERE a.id = guard_hold.account_id)) OR (account_id IS NULL AND %s)', staff));

    -- Lists hold many producers' rows as they were sent: they are staff's. Counters say nothing of whose listings they count.
    FOREACH closed IN ARRAY ARRAY['source_run', 'source_rejected'] LOOP
        PERFORM protect_rows(closed::regclass, staff);
    END LOOP;
    FOREACH closed IN ARRAY ARRAY['listing_count_sum', 'listing_count_move'] LOOP
        PERFORM protect_rows(closed::regclass, everything);
    END LOOP;
END $body$;

-- Under row security a search inside names would read every row, since LIKE might tell what it looked at: this one applies the scope itself.
CREATE FUNCTION search_products(folded text) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $body$
    WITH found AS (
        SELECT p.id, p.producer_id, p.unit_code FROM product p WHERE p.name_folded LIKE folded
        UNION
        SELECT p.id, p.producer_id, p.unit_code FROM product p JOIN producer o ON o.id = p.producer_id WHERE o.name_folded LIKE folded)
    SELECT id FROM found
    WHERE (SELECT scope_is_all()) OR producer_id = (SELECT scope_producer()) OR unit_code = ANY ((SELECT scope_units())::text[])
$body$;

-- Only its owner may have a table looked at anew; the workers know when it is time.
CREATE FUNCTION analyze_table(grown regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = grown AND relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'hangfire'::regnamespace)) THEN
        RAISE EXCEPTION '% is no table of this program', grown;
    END IF;
    EXECUTE format('ANALYZE (SKIP_LOCKED) %s', grown);
END $body$;

REVOKE ALL ON FUNCTION protect_rows(regclass, text), search_products(text), analyze_table(regclass) FROM PUBLIC;

-- The portal keeps what a platform told, and the workers find the listings it means: the portal may not move listings of which it does not
-- know whose they are. What means none yet is tried again, because a platform may tell of an item before we have stored that we made it.
ALTER TABLE webhook_receipt
    ADD COLUMN pending jsonb,                     -- [{externalShopId, sellerSku}] still to be found
    ADD COLUMN match_at timestamptz,              -- turn of the next look; null: nothing pending
    ADD COLUMN unmatched int NOT NULL DEFAULT 0;  -- given up after a day
CREATE INDEX webhook_receipt_match ON webhook_receipt (match_at) WHERE match_at IS NOT NULL;
