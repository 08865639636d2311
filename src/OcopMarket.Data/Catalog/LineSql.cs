namespace OcopMarket.Data.Catalog;

/// <summary>Statements on <c>source_line</c>: one row for each row that a source states now.</summary>
internal static class LineSql
{
    /// <summary>A number is no text of a stranger.</summary>
    public static string Stored(int source) => FormattableString.Invariant(
        $"COPY (SELECT raw_hash FROM source_line WHERE source_id = {source}) TO STDOUT (FORMAT BINARY)");

    /// <summary>Lines of stored rows that share the identity or the product of rows that are read: numbers of equal rows, and which of several
    /// rows of a product wins, depend on all of them.</summary>
    public const string Relatives = """
        SELECT l.raw_hash AS hash, true AS is_same_row
        FROM unnest(@stems) AS t (stem)
        JOIN source_row r ON r.source_id = @source AND r.key >= t.stem || '.' AND r.key < t.stem || '/' AND r.gone_at IS NULL
        JOIN source_line l ON l.source_id = @source AND l.source_row_id = r.id
        UNION ALL
        SELECT l.raw_hash, false
        FROM product p
        JOIN source_row r ON r.product_id = p.id AND r.source_id = @source AND r.gone_at IS NULL
        JOIN source_line l ON l.source_id = @source AND l.source_row_id = r.id
        WHERE p.key = ANY (@products)
        """;

    public const string KeepChanged = """
        INSERT INTO source_line (source_id, source_row_id, raw_hash)
        SELECT @source, r.id, s.raw_hash
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN source_row r ON r.source_id = @source AND r.key = s.key
        ON CONFLICT (source_id, source_row_id) DO UPDATE SET raw_hash = excluded.raw_hash
        """;

    /// <summary>The same content in other bytes.</summary>
    public const string KeepMet = """
        UPDATE source_line l SET raw_hash = m.raw_hash
        FROM met m JOIN source_row r ON r.source_id = @source AND r.key = m.key AND r.content_hash = m.content_hash
        WHERE l.source_id = @source AND l.source_row_id = r.id AND l.raw_hash IS DISTINCT FROM m.raw_hash AND m.raw_hash IS NOT NULL
        """;

    public const string CreateMissing = """
        CREATE TEMP TABLE not_met (raw_hash uuid NOT NULL) ON COMMIT DROP;
        CREATE TEMP TABLE missing (source_row_id bigint PRIMARY KEY) ON COMMIT DROP
        """;

    public const string CopyNotMet = "COPY not_met (raw_hash) FROM STDIN (FORMAT BINARY)";

    /// <summary>A changed row carries its new hash already, so it does not join.</summary>
    public const string FindNotMet = """
        INSERT INTO missing
        SELECT l.source_row_id FROM source_line l JOIN not_met n USING (raw_hash) WHERE l.source_id = @source
        ON CONFLICT DO NOTHING
        """;

    public const string FindUnhashed = """
        INSERT INTO missing SELECT source_row_id FROM source_line WHERE source_id = @source AND raw_hash IS NULL ON CONFLICT DO NOTHING
        """;

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
}
