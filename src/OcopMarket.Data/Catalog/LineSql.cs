using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>Statements on <c>source_line</c>: one row for each row that a source states now.</summary>
internal static class LineSql
{
    /// <summary>A number is no text of a stranger.</summary>
    public static string Stored(int source, LineHashKind kind) => FormattableString.Invariant(
        $"COPY (SELECT source_row_id, {Column(kind)} FROM source_line WHERE source_id = {source}) TO STDOUT (FORMAT BINARY)");

    public const string Repeat = "SELECT lines_repeat FROM source WHERE key = @key";

    public const string Remember = "UPDATE source SET lines_repeat = @repeat WHERE id = @source AND lines_repeat <> @repeat";

    public const string IsAny = "SELECT EXISTS (SELECT FROM source_line WHERE source_id = @source)";

    /// <summary>Lines of stored rows that share the identity or the product of rows that are read: numbers of equal rows, and which of several
    /// rows of a product wins, depend on all of them. Looked up one by one, whatever the planner knows of the tables.</summary>
    public static string Relatives(LineHashKind kind) => $"""
        WITH same AS MATERIALIZED (
            SELECT r.id, r.product_id
            FROM unnest(@stems) AS t (stem)
            CROSS JOIN LATERAL (
                SELECT id, product_id FROM source_row
                WHERE source_id = @source AND key >= t.stem || '.' AND key < t.stem || '/' AND gone_at IS NULL OFFSET 0) r),
        about AS MATERIALIZED (
            SELECT product_id FROM same
            UNION
            SELECT p.id FROM unnest(@products) AS t (key) CROSS JOIN LATERAL (SELECT id FROM product WHERE key = t.key OFFSET 0) p)
        SELECT l.hash, r.is_same_row, l.raw_hash
        FROM (
            SELECT id, true AS is_same_row FROM same
            UNION ALL
            SELECT r.id, false FROM about a CROSS JOIN LATERAL (
                SELECT id FROM source_row
                WHERE product_id = a.product_id AND source_id = @source AND gone_at IS NULL OFFSET 0) r
            WHERE NOT r.id = ANY (ARRAY(SELECT id FROM same))) r
        CROSS JOIN LATERAL (SELECT {Column(kind)} AS hash, raw_hash FROM source_line WHERE source_id = @source AND source_row_id = r.id OFFSET 0) l
        """;

    public const string KeepChanged = """
        INSERT INTO source_line (source_id, source_row_id, raw_hash, field_hash)
        SELECT @source, r.id, s.raw_hash, s.field_hash
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN source_row r ON r.source_id = @source AND r.key = s.key
        ON CONFLICT (source_id, source_row_id) DO UPDATE SET raw_hash = excluded.raw_hash, field_hash = excluded.field_hash
        """;

    /// <summary>The same content in other bytes.</summary>
    public const string KeepMet = """
        UPDATE source_line l SET raw_hash = m.raw_hash, field_hash = m.field_hash
        FROM met m JOIN source_row r ON r.source_id = @source AND r.key = m.key AND r.content_hash = m.content_hash
        WHERE l.source_id = @source AND l.source_row_id = r.id
          AND (l.raw_hash, l.field_hash) IS DISTINCT FROM (m.raw_hash, m.field_hash) AND m.raw_hash IS NOT NULL
        """;

    public const string CreateMissing = "CREATE TEMP TABLE missing (source_row_id bigint PRIMARY KEY) ON COMMIT DROP";

    public const string CopyMissing = "COPY missing (source_row_id) FROM STDIN (FORMAT BINARY)";

    public const string FindAll =
        "INSERT INTO missing SELECT source_row_id FROM source_line WHERE source_id = @source";

    /// <summary>What the run wrote, or met as a row that it read or refused, is there.</summary>
    public const string ForgetMet = """
        DELETE FROM missing m USING source_row r
        WHERE r.id = m.source_row_id
          AND (r.last_run_id = @run OR EXISTS (SELECT FROM source_run_seen n WHERE n.run_id = @run AND n.source_row_id = r.id))
        """;

    public const string CountMissing = "SELECT count(*) FROM missing";

    public const string CountLive = "SELECT count(*) FROM source_line WHERE source_id = @source";

    /// <summary>As <see cref="EntrySql.Look"/>.</summary>
    public const string LookAtMissing = "SET LOCAL random_page_cost = 1.1; ANALYZE missing";

    public const string LookAtTouched = "ANALYZE touched";

    public const string MarkGone = """
        WITH gone AS (
            UPDATE source_row r SET gone_at = now() FROM missing m WHERE r.id = m.source_row_id AND r.gone_at IS NULL
            RETURNING r.product_id)
        INSERT INTO touched SELECT DISTINCT product_id FROM gone
        """;

    public const string ForgetGone =
        "DELETE FROM source_line l USING missing m WHERE l.source_id = @source AND l.source_row_id = m.source_row_id";

    private static string Column(LineHashKind kind) => kind switch
    {
        LineHashKind.Bytes => "raw_hash",
        LineHashKind.Fields => "field_hash",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
