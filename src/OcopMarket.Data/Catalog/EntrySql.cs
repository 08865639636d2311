namespace OcopMarket.Data.Catalog;

/// <summary>Sorts the rows of <c>staged</c> into <c>entry</c>. Most rows are the only one of their product and say of its producer what is
/// known: they are written as they stand by <see cref="PlainSql"/>, each table once. Products of the others are worked out from all
/// their rows by <see cref="FoldSql"/>.</summary>
internal static class EntrySql
{
    /// <summary><c>how</c>: new, changed, or folded; <c>stated</c>: what a field is known from that the row states. <c>disputed</c> holds
    /// producers to be worked out again.</summary>
    public const string Create = """
        CREATE TEMP TABLE entry (
            key text COLLATE "C" PRIMARY KEY, how text NOT NULL, producer_id bigint NOT NULL, row_id bigint, product_id bigint,
            variant_id bigint, certification_id bigint, revision int, stated jsonb) ON COMMIT DROP;
        CREATE TEMP TABLE disputed (producer_id bigint PRIMARY KEY) ON COMMIT DROP
        """;

    /// <summary>The planner must not take thousands of rows for a handful, nor read a whole table for them: until <see cref="LookAtEntries"/>
    /// each row is looked up by its keys, also in tables that have grown since anybody counted them.</summary>
    public const string Look =
        "SET LOCAL random_page_cost = 1.1; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
        + "ANALYZE staged (key, producer_key, product_key)";

    /// <summary>Rows of the page are joined with each other as sets again; what grows is still looked up row by row.</summary>
    public const string LookAtEntries = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; ANALYZE entry (key, how)";

    /// <summary>New producers as their last row describes them.</summary>
    public const string EnterProducers = $"""
        INSERT INTO producer (key, name, name_folded, withheld, reporting_kind, kind_text, province, district, commune, address_line,
                              province_folded, district_folded, commune_folded, provenance, agreed)
        SELECT s.producer_key, x.name, x.name_folded, x.withheld, x.reporting_kind, x.kind_text, x.province, x.district, x.commune,
               x.address_line, x.province_folded, x.district_folded, x.commune_folded,
               {PlainSql.From1}e.stated{PlainSql.From2}e.stated{PlainSql.From3}producer{PlainSql.From4}producer{PlainSql.From5}, s.facts -> 'producer'
        FROM (SELECT DISTINCT ON (producer_key) producer_key, facts, row_no, sheet FROM staged t
              WHERE NOT EXISTS (SELECT FROM producer o WHERE o.key = t.producer_key)
              ORDER BY producer_key, file_order DESC) s
        JOIN source q ON q.id = @source
        CROSS JOIN LATERAL (SELECT {PlainSql.Evidence} AS stated OFFSET 0) e
        CROSS JOIN LATERAL jsonb_populate_record(NULL::producer, s.facts -> 'producer') x
        ORDER BY s.producer_key
        """;

    /// <summary>Of the producers just entered, thousands in a first load: after <see cref="LookAtEntries"/>, since row by row each would be
    /// compared with each.</summary>
    public const string FindUnits = """
        SELECT resolve_units(ARRAY(
            SELECT DISTINCT o.id FROM staged s JOIN producer o ON o.key = s.producer_key WHERE o.created_at = now()), @today)
        """;

    /// <summary>Each row with all that is stored under its keys, looked up once. Producers of whom a row says something that is not known, or
    /// no longer says what it said, are disputed. A new row is plain when nothing is known of its product, a changed one when it is its
    /// product's only row and still is about the same product, variant, recognition and pictures.</summary>
    public const string Sort = $$"""
        WITH looked AS MATERIALIZED (
            SELECT s.key, s.product_key, o.id AS producer_id, r.producer_id AS former_id, r.id AS row_id, p.id AS product_id, r.variant_id,
                   r.certification_id, r.revision + 1 AS revision, s.certification_key IS NOT NULL AS is_certified,
                   o.agreed IS NULL OR NOT o.agreed @> (s.facts -> 'producer')
                   OR (r.gone_at IS NULL AND r.facts -> 'producer' <> s.facts -> 'producer') AS is_disputed,
                   r.id IS NULL AND p.id IS NULL AND NOT s.facts -> 'product' ? 'images' AS is_new,
                   r.id IS NOT NULL AND r.gone_at IS NULL AND r.product_id = p.id AND p.gone_at IS NULL
                   AND r.facts #> '{product,images}' IS NOT DISTINCT FROM s.facts #> '{product,images}'
                   AND r.variant_key = s.variant_key AND r.variant_id IS NOT NULL
                   AND (SELECT c.key FROM certification c WHERE c.id = r.certification_id) IS NOT DISTINCT FROM s.certification_key
                   AND NOT EXISTS (SELECT FROM source_row f WHERE f.product_id = p.id AND f.id <> r.id AND f.gone_at IS NULL) AS is_changed,
                   {{PlainSql.Evidence}} AS stated
            FROM staged s
            JOIN source q ON q.id = @source
            JOIN producer o ON o.key = s.producer_key
            LEFT JOIN product p ON p.key = s.product_key
            LEFT JOIN source_row r ON r.source_id = @source AND r.key = s.key
            ORDER BY s.key),
        found AS (
            INSERT INTO disputed
            SELECT producer_id FROM looked WHERE is_disputed UNION SELECT former_id FROM looked WHERE former_id <> producer_id
            RETURNING producer_id)
        INSERT INTO entry
        SELECT key, how, producer_id,
               CASE how WHEN 'new' THEN nextval('source_row_id_seq'::regclass) ELSE row_id END,
               CASE how WHEN 'new' THEN nextval('product_id_seq'::regclass) ELSE product_id END,
               CASE how WHEN 'new' THEN nextval('variant_id_seq'::regclass) ELSE variant_id END,
               CASE how WHEN 'changed' THEN certification_id
                        WHEN 'new' THEN CASE WHEN is_certified THEN nextval('certification_id_seq'::regclass) END END,
               CASE how WHEN 'new' THEN 1 ELSE revision END,
               stated
        FROM (
            SELECT *, CASE WHEN product_key IN (SELECT product_key FROM staged GROUP BY product_key HAVING count(*) > 1)
                                OR producer_id IN (SELECT producer_id FROM found) THEN 'folded'
                           WHEN is_new THEN 'new' WHEN is_changed THEN 'changed' ELSE 'folded' END AS how
            FROM looked) sorted
        """;

    public const string Count = """
        SELECT count(*) FILTER (WHERE how = 'folded'), count(*) FILTER (WHERE how = 'new'), count(*) FILTER (WHERE how = 'changed') FROM entry
        """;

    /// <summary>Producers of rows that are gone: unless another row still says the same. A scalar subquery stops at the first such row; as an
    /// EXISTS it was turned into a join that read every row of these producers.</summary>
    public const string FindDisputedByGone = """
        INSERT INTO disputed
        SELECT DISTINCT said.id
        FROM (SELECT DISTINCT o.id, o.agreed, r.facts -> 'producer' AS facts
              FROM missing m JOIN source_row r ON r.id = m.source_row_id JOIN producer o ON o.id = r.producer_id) said
        WHERE said.agreed IS NULL OR (
            SELECT true FROM product p JOIN source_row l ON l.product_id = p.id
            WHERE p.producer_id = said.id AND l.gone_at IS NULL AND l.facts -> 'producer' = said.facts LIMIT 1) IS NULL
        """;

    /// <summary>Where rows contradict each other their order decides.</summary>
    public const string FindDisputedByMove = """
        INSERT INTO disputed
        SELECT DISTINCT o.id FROM touched t JOIN product p ON p.id = t.product_id JOIN producer o ON o.id = p.producer_id
        WHERE o.agreed IS NULL ON CONFLICT DO NOTHING
        """;
}
