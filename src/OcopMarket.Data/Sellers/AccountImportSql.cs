namespace OcopMarket.Data.Sellers;

/// <summary>Statements of <see cref="AccountImport"/>: the list goes to a table of the connection's own by binary COPY, is judged against
/// producers and shops in one statement, and what passed is written by one statement a table. All of it under the workers' login.</summary>
internal static class AccountImportSql
{
    /// <summary>One list at a time: two that name the same shop would both find it new. And none while somebody is being erased.</summary>
    public const string Serialise = "SELECT pg_advisory_xact_lock(7102004)";

    public const string Begin = $"""
        {Serialise};
        SET LOCAL work_mem = '64MB';
        CREATE TEMPORARY TABLE account_in (
            seq int, row_no int, marketplace text, producer_key text COLLATE "C", name_folded text, owner_name text, unit text,
            external_id text, shop_name text, url text, state text, opened_by text, contact text, opened_on date,
            given_on date, until date, evidence text) ON COMMIT DROP
        """;

    public const string Copy = "COPY account_in FROM STDIN (FORMAT BINARY)";

    /// <summary>Which producer and which shop a row means, and why it cannot be taken. The first good row of a shop or producer counts, a later
    /// one that says something else is refused; rows are grouped, not sorted, because hardly any shop stands in a list twice.</summary>
    public const string Judge = """
        ANALYZE account_in;
        CREATE TEMPORARY TABLE account_judged ON COMMIT DROP AS
        WITH named AS MATERIALIZED (
            SELECT i.seq, min(p.id) AS id, count(*) AS n
            FROM account_in i JOIN producer p ON p.name_folded = i.name_folded AND NOT p.withheld
            LEFT JOIN admin_unit u ON u.code = p.unit_now AND u.valid_to IS NULL
            WHERE i.producer_key IS NULL AND (i.unit IS NULL OR i.unit IN (p.unit_now, p.unit_code, u.parent_code)) GROUP BY i.seq),
        meant AS (
            SELECT i.*, coalesce(k.id, n.id) AS producer_id, coalesce(n.n, 0) AS n,
                   i.producer_key IS NOT NULL AND k.id IS NULL AS is_unknown
            FROM account_in i LEFT JOIN producer k ON k.key = i.producer_key LEFT JOIN named n ON n.seq = i.seq),
        placed AS (
            SELECT m.*, p.unit_now AS producer_unit, p.name AS producer_name,
                   a.id AS there, a.producer_id AS there_of, a.owner_name AS there_owner, a.state AS there_state,
                   o.id AS own, o.external_id AS own_external
            FROM meant m LEFT JOIN producer p ON p.id = m.producer_id
            LEFT JOIN seller_account a ON a.marketplace = m.marketplace AND a.external_id = m.external_id
            LEFT JOIN seller_account o ON o.marketplace = m.marketplace AND o.producer_id = m.producer_id AND o.state <> 'closed'),
        first_look AS (
            SELECT p.*, CASE
                WHEN is_unknown THEN 'producer_unknown'
                WHEN n > 1 THEN 'producer_ambiguous'
                WHEN there_of <> producer_id THEN 'shop_of_another'
                WHEN there IS NOT NULL AND there_of IS NULL AND there_owner IS NULL THEN 'shop_is_shared'
                WHEN producer_id IS NULL AND external_id IS NULL THEN 'producer_missing'
                WHEN coalesce(producer_id, there_of) IS NULL AND given_on IS NOT NULL THEN 'mandate_without_producer'
                WHEN coalesce(producer_id, there) IS NULL AND unit IS NULL THEN 'place_missing'
                WHEN own <> there AND coalesce(state, there_state) <> 'closed' THEN 'producer_has_shop'
                WHEN there IS NULL AND external_id <> own_external AND coalesce(state, 'unknown') <> 'closed' THEN 'producer_has_shop'
                END AS problem
            FROM placed p),
        one_shop AS (
            SELECT marketplace, external_id, min(seq) AS first_seq FROM first_look
            WHERE problem IS NULL AND external_id IS NOT NULL GROUP BY marketplace, external_id HAVING count(*) > 1),
        one_producer AS (
            SELECT marketplace, producer_id, min(seq) AS first_seq FROM first_look
            WHERE problem IS NULL AND producer_id IS NOT NULL AND coalesce(state, 'unknown') <> 'closed'
            GROUP BY marketplace, producer_id HAVING count(*) > 1),
        second_look AS (
            SELECT f.*, CASE WHEN problem IS NULL THEN coalesce(there, CASE WHEN external_id IS NULL OR own_external IS NULL THEN own END) END AS target,
                   CASE WHEN problem IS NOT NULL THEN problem
                        WHEN s.first_seq < seq THEN 'shop_repeated'
                        WHEN o.first_seq < seq AND coalesce(state, 'unknown') <> 'closed' THEN 'producer_has_shop' END AS why
            FROM first_look f LEFT JOIN one_shop s USING (marketplace, external_id) LEFT JOIN one_producer o USING (marketplace, producer_id))
        SELECT seq, row_no, marketplace, producer_id, producer_name, coalesce(producer_unit, unit) AS unit, owner_name, external_id, shop_name, url, state,
               opened_by, contact, opened_on, given_on, until, evidence, target IS NOT NULL AS is_known, why AS problem,
               CASE WHEN why IS NULL THEN coalesce(target, nextval(pg_get_serial_sequence('seller_account', 'id'))) END AS target
        FROM second_look
        """;

    public const string Add = """
        INSERT INTO seller_account
            (id, marketplace, external_id, producer_id, unit_code, owner_name, shop_name, url, state, state_evidence, opened_by, contact_channel,
             opened_on, login_wanted, next_check_at, sweep_at)
        OVERRIDING SYSTEM VALUE
        SELECT target, marketplace, external_id, producer_id, unit, owner_name, coalesce(shop_name, owner_name, producer_name), url,
               coalesce(state, CASE WHEN external_id IS NULL THEN 'planned' ELSE 'unknown' END), @list || row_no, coalesce(opened_by, 'unknown'), contact,
               opened_on, true, 'infinity', 'infinity'
        FROM account_judged WHERE problem IS NULL AND NOT is_known
        """;

    public const string AddEvents = """
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by)
        SELECT target, producer_id, coalesce(state, CASE WHEN external_id IS NULL THEN 'planned' ELSE 'unknown' END), @list || row_no, @by
        FROM account_judged WHERE problem IS NULL AND NOT is_known
        """;

    /// <summary>Only what differs. Of a shop whose login we hold the platform itself tells the state; a list tells it of the others. A row
    /// without the shop's id says nothing of a shop that has one.</summary>
    public const string Change = """
        WITH said AS MATERIALIZED (
            SELECT a.id, j.row_no, coalesce(a.external_id, j.external_id) AS external_id, coalesce(a.producer_id, j.producer_id) AS producer_id,
                   CASE WHEN a.producer_id IS NULL THEN coalesce(j.unit, a.unit_code) ELSE a.unit_code END AS unit_code,
                   CASE WHEN a.credential_id IS NULL THEN coalesce(j.owner_name, a.owner_name) ELSE a.owner_name END AS owner_name,
                   CASE WHEN a.credential_id IS NULL THEN coalesce(j.shop_name, a.shop_name) ELSE a.shop_name END AS shop_name,
                   CASE WHEN a.credential_id IS NULL THEN coalesce(j.url, a.url) ELSE coalesce(a.url, j.url) END AS url,
                   CASE WHEN a.credential_id IS NOT NULL OR (j.external_id IS NULL AND a.external_id IS NOT NULL) THEN a.state
                        WHEN j.state IS NULL AND a.external_id IS NULL AND j.external_id IS NOT NULL THEN 'unknown'
                        ELSE coalesce(j.state, a.state) END AS state,
                   coalesce(j.opened_by, a.opened_by) AS opened_by, coalesce(j.contact, a.contact_channel) AS contact,
                   coalesce(j.opened_on, a.opened_on) AS opened_on
            FROM account_judged j JOIN seller_account a ON a.id = j.target WHERE j.problem IS NULL AND j.is_known ORDER BY a.id FOR NO KEY UPDATE OF a),
        old AS MATERIALIZED (
            SELECT s.*, a.state AS old_state, a.producer_id AS old_producer FROM said s JOIN seller_account a ON a.id = s.id
            WHERE (a.external_id, a.producer_id, a.unit_code, a.owner_name, a.shop_name, a.url, a.state, a.opened_by, a.contact_channel, a.opened_on)
                IS DISTINCT FROM
                (s.external_id, s.producer_id, s.unit_code, s.owner_name, s.shop_name, s.url, s.state, s.opened_by, s.contact, s.opened_on)),
        changed AS (
            UPDATE seller_account a SET external_id = o.external_id, producer_id = o.producer_id, unit_code = o.unit_code, owner_name = o.owner_name,
                shop_name = o.shop_name, url = o.url, state = o.state, opened_by = o.opened_by, contact_channel = o.contact, opened_on = o.opened_on,
                state_at = CASE WHEN a.state = o.state THEN a.state_at ELSE now() END,
                state_evidence = CASE WHEN a.state = o.state THEN a.state_evidence ELSE @list || o.row_no END
            FROM old o WHERE a.id = o.id
            RETURNING a.id, a.producer_id, a.state, o.old_state, o.old_producer, o.row_no),
        told AS (
            INSERT INTO account_event (account_id, producer_id, state, evidence, told_by)
            SELECT id, producer_id, state, @list || row_no, @by FROM changed WHERE state <> old_state)
        SELECT id, producer_id IS DISTINCT FROM old_producer AS linked FROM changed
        """;

    /// <summary>A mandate is written once, whatever became of it since: the same list again does not bring back what was withdrawn.</summary>
    public const string AddMandates = """
        INSERT INTO mandate (account_id, producer_id, unit_code, given_on, until, evidence, recorded_by)
        SELECT j.target, a.producer_id, a.unit_code, j.given_on, j.until, j.evidence, @by
        FROM account_judged j JOIN seller_account a ON a.id = j.target
        WHERE j.problem IS NULL AND j.given_on IS NOT NULL AND NOT EXISTS (
            SELECT FROM mandate m WHERE m.account_id = j.target AND m.producer_id = a.producer_id AND m.given_on = j.given_on
            AND m.until IS NOT DISTINCT FROM j.until AND m.evidence = j.evidence)
        RETURNING account_id
        """;

    public const string Problems = "SELECT seq, row_no, problem FROM account_judged WHERE problem IS NOT NULL ORDER BY seq";

    public const string Counts = """
        SELECT count(*) FILTER (WHERE problem IS NULL AND producer_id IS NOT NULL)::int AS linked,
               count(*) FILTER (WHERE problem IS NULL AND producer_id IS NULL)::int AS unlinked,
               count(*) FILTER (WHERE problem IS NULL AND is_known)::int AS known
        FROM account_judged
        """;

    /// <summary>Producers whose products are to be composed again: they have a shop now, or a mandate.</summary>
    public const string Touched = """
        SELECT DISTINCT j.producer_id FROM account_judged j JOIN product p ON p.producer_id = j.producer_id
        WHERE j.problem IS NULL AND (NOT j.is_known OR j.target = ANY(@changed))
        """;
}
