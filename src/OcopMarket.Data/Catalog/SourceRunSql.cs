namespace OcopMarket.Data.Catalog;

internal static class SourceRunSql
{
    public const string SourceId = "SELECT id FROM source WHERE key = @key";

    public const string EnterSource = """
        INSERT INTO source AS s (key, name, kind, complete_snapshot) VALUES (@Key, @Name, @Kind, @IsCompleteSnapshot)
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, kind = excluded.kind, complete_snapshot = excluded.complete_snapshot
        RETURNING id
        """;

    /// <summary>Held by the running process on a connection of its own. The first number is ours alone.</summary>
    public const string TryLock = "SELECT pg_try_advisory_lock(1868787570, @source)";

    public const string Unlock = "SELECT pg_advisory_unlock_all()";

    public const string Running = """
        SELECT id, content_hash, heartbeat_at < clock_timestamp() - interval '2 minutes' AS dead
        FROM source_run WHERE source_id = @source AND state = 'running' FOR UPDATE
        """;

    public const string TakeOver = """
        UPDATE source_run SET fence = fence + 1, heartbeat_at = clock_timestamp() WHERE id = @id
        RETURNING id, fence, cursor, rows_read, accepted, unchanged, repeated, rejected, warnings
        """;

    public const string Begin = """
        INSERT INTO source_run (source_id, state, started_by, file_name, content_hash, description, rows_expected)
        VALUES (@source, 'running', @StartedBy, @FileName, @ContentHash, @Description, @Rows)
        RETURNING id, fence, cursor, rows_read, accepted, unchanged, repeated, rejected, warnings
        """;

    public const string Heartbeat =
        "UPDATE source_run SET heartbeat_at = clock_timestamp() WHERE id = @id AND fence = @fence AND state = 'running'";

    public const string Fail = """
        UPDATE source_run SET state = 'failed', finished_at = clock_timestamp(), failure_code = @code, failure_vi = @vi, failure_en = @en
        WHERE id = @id AND fence = @fence AND state = 'running'
        """;

    public const string ForgetSeen = "DELETE FROM source_run_seen WHERE run_id = @id";

    public const string Finish = """
        UPDATE source_run SET state = 'done', finished_at = clock_timestamp(), heartbeat_at = clock_timestamp(), gone = @gone
        WHERE id = @run AND fence = @fence AND state = 'running'
        """;

    public const string CountLive = """
        SELECT (SELECT count(*) FROM source_row WHERE source_id = @source AND gone_at IS NULL),
               (SELECT count(*) FROM source_row WHERE source_id = @source AND gone_at IS NULL AND key = ANY (@keys))
        """;

    public const string CreateTouched = "CREATE TEMP TABLE touched (product_id bigint PRIMARY KEY) ON COMMIT DROP";
}
