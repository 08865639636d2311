using Dapper;

namespace OcopMarket.Data.Reading;

public sealed record RunRow
{
    public long Id { get; init; }
    public string Source { get; init; } = "";
    public string SourceName { get; init; } = "";
    public string State { get; init; } = "";
    public string StartedBy { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset HeartbeatAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? FileName { get; init; }
    public string? Description { get; init; }
    public int? RowsExpected { get; init; }
    public int RowsRead { get; init; }
    public int Accepted { get; init; }
    public int Unchanged { get; init; }
    public int Repeated { get; init; }
    public int Rejected { get; init; }
    public int Gone { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureVi { get; init; }
    public string? FailureEn { get; init; }
    public bool Running => State == "running";
}

/// <param name="Raw">The row as received, JSON.</param>
public sealed record RejectedRowView(
    int RowNo, string? Sheet, string ColumnName, string Code, string ReasonVi, string ReasonEn, string Raw, string Severity);

public sealed record RunDetail(RunRow Run, IReadOnlyList<RejectedRowView> Rows, long RowsTotal);

/// <summary>Pulls of sources, newest first.</summary>
public sealed class RunQueries(ReadingDatabase database)
{
    public const int PageSize = 30;
    public const int RowsShown = 500;

    private const string Run = """
        SELECT r.id, s.key AS source, s.name AS source_name, r.state, r.started_by, r.started_at, r.heartbeat_at, r.finished_at, r.file_name,
               r.description, r.rows_expected, r.rows_read, r.accepted, r.unchanged, r.repeated, r.rejected, r.gone,
               r.failure_code, r.failure_vi, r.failure_en
        FROM source_run r JOIN source s ON s.id = r.source_id
        """;

    private const string Running = Run + " WHERE r.state = 'running' ORDER BY r.started_at";

    private const string Recent = Run + """
         WHERE (@before::bigint IS NULL OR r.id < @before) AND (@source::text IS NULL OR s.key = @source) ORDER BY r.id DESC LIMIT @limit
        """;

    private const string One = Run + " WHERE r.id = @id;";

    private const string Rows = """
        SELECT row_no, sheet, column_name, code, reason_vi, reason_en, raw::text AS raw, severity FROM source_rejected WHERE run_id = @id
        ORDER BY severity, row_no, column_name LIMIT @limit;
        SELECT count(*) FROM source_rejected WHERE run_id = @id;
        """;

    public async Task<IReadOnlyList<RunRow>> RunningAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync<RunRow>(Running, null, cancellationToken);

    /// <param name="before">Id of the last run of the page before.</param>
    /// <returns>One more than a page where there is a next one.</returns>
    public Task<IReadOnlyList<RunRow>> RecentAsync(string? source, long? before, CancellationToken cancellationToken) =>
        RecentAsync(source, before, PageSize + 1, cancellationToken);

    /// <inheritdoc cref="RecentAsync(string?, long?, CancellationToken)"/>
    public async Task<IReadOnlyList<RunRow>> RecentAsync(string? source, long? before, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync<RunRow>(Recent, new { source, before, limit }, cancellationToken);

    public Task<RunDetail?> OneAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        One + Rows,
        new { id, limit = RowsShown },
        async grid =>
        {
            var run = await grid.ReadSingleOrDefaultAsync<RunRow>();
            var rows = (await grid.ReadAsync<RejectedRowView>()).AsList();
            var total = await grid.ReadSingleAsync<long>();
            return run is null ? null : new RunDetail(run, rows, total);
        },
        cancellationToken);
}
