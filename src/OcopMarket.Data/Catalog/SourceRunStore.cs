using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Catalog;

/// <summary>Runs of sources: one at a time per source, resumed where a dead process left off, ended with what is gone.</summary>
public sealed class SourceRunStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A snapshot that would lose more than this share, and more than five rows, is held for a person.</summary>
    public const decimal ShrinkLimit = 0.30m;
    private const int SmallShrink = 5;

    /// <summary>Begins a run, or goes on with one whose process is gone (its lock is free, or its heartbeat is older than two minutes) when
    /// the input is still the same; otherwise that one is closed as interrupted and a new one begins.</summary>
    /// <exception cref="RunBusyException">A living process runs this source.</exception>
    public async Task<SourceRun> StartAsync(RunStart start, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await BeginAsync(connection, start, cancellationToken);
        }
        catch
        {
            await SourceRun.ReleaseAsync(connection);
            throw;
        }
    }

    public async Task HeartbeatAsync(SourceRun run, CancellationToken cancellationToken) =>
        await ExecuteAsync(SourceRunSql.Heartbeat, new { run.Id, run.Fence }, cancellationToken);

    /// <summary>Ends the run without declaring anything gone. A run that is no longer ours is left alone.</summary>
    public async Task FailAsync(SourceRun run, string code, string vi, string en, CancellationToken cancellationToken)
    {
        await ExecuteAsync(SourceRunSql.Fail, new { run.Id, run.Fence, code, vi, en }, cancellationToken);
        await ExecuteAsync(SourceRunSql.ForgetSeen, new { run.Id }, cancellationToken);
    }

    /// <summary>Whether losing so many rows must be looked at by a person first.</summary>
    public static bool ShrinksTooMuch(long live, long gone) => gone > SmallShrink && gone > live * ShrinkLimit;

    /// <summary>Ends the run. Of a complete snapshot, rows that it did not meet are gone, and products that no row states any more with
    /// them.</summary>
    /// <param name="run">Of which the last page was applied.</param>
    /// <param name="acceptShrink">A person has confirmed that so much is gone.</param>
    /// <returns>Rows gone; null when so many would be gone that the run failed with <c>shrunk_too_much</c> and a person must look.</returns>
    /// <exception cref="RunLostException">Another process has taken the run over.</exception>
    public Task<int?> FinishAsync(SourceRun run, bool acceptShrink, CancellationToken cancellationToken) =>
        FinishAsync(run, null, acceptShrink, cancellationToken);

    /// <param name="run">Of which the last page was applied.</param>
    /// <param name="met">The stored lines with what was met of them; null: every row was read.</param>
    /// <param name="acceptShrink">A person has confirmed that so much is gone.</param>
    public async Task<int?> FinishAsync(
        SourceRun run, StoredLines? met, bool acceptShrink, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var work = new PageWork(connection, run, VietnamDay.Of(clock.GetUtcNow()), cancellationToken);
        await work.ExecuteAsync(CatalogueSql.Serialise);
        var gone = 0;
        if (run.IsCompleteSnapshot)
        {
            var (live, missing) = await FindMissingAsync(work, met);
            if (!acceptShrink && ShrinksTooMuch(live, missing))
            {
                await FailShrunkAsync(run, live, missing, cancellationToken);
                return null;
            }

            gone = (int)missing;
            if (missing > 0)
            {
                await work.ExecuteAllAsync(
                    [LineSql.LookAtMissing, SourceRunSql.CreateTouched, EntrySql.Create, LineSql.MarkGone, LineSql.LookAtTouched, EntrySql.FindDisputedByGone, LineSql.ForgetGone,
                     .. FoldSql.All]);
            }

            await work.ExecuteAsync(SourceRunSql.ForgetSeen, new { run.Id });
        }

        if (met is { Live: > 0 })
        {
            await work.ExecuteAsync(LineSql.Remember, new { source = run.SourceId, repeat = met.Repeat });
        }

        if (await work.ExecuteAsync(SourceRunSql.Finish, new { run = run.Id, run.Fence, gone }) == 0)
        {
            throw new RunLostException(run.Id);
        }

        await transaction.CommitAsync(cancellationToken);
        return gone;
    }

    /// <summary>Fills <c>missing</c> with the rows that were not met.</summary>
    private static async Task<(long Live, long Missing)> FindMissingAsync(PageWork work, StoredLines? met)
    {
        await work.ExecuteAsync(LineSql.CreateMissing);
        if (met is null)
        {
            await work.ExecuteAsync(LineSql.FindAll);
        }
        else if (met.Met < met.Live)
        {
            await LineStore.FindMissingAsync(work, met);
        }

        await work.ExecuteAsync(LineSql.ForgetMet);
        var missing = (await work.QueryAsync<long>(LineSql.CountMissing))[0];
        // Rows have been added since the lines were loaded, none was taken away: what was no shrink then is none now.
        var live = met?.Live ?? 0;
        return (ShrinksTooMuch(live, missing) ? (await work.QueryAsync<long>(LineSql.CountLive))[0] : live, missing);
    }

    /// <summary>Closes the run as held: nothing of it counts as gone.</summary>
    public Task FailShrunkAsync(SourceRun run, long live, long gone, CancellationToken cancellationToken) => FailAsync(
        run, "shrunk_too_much",
        $"Nguồn thiếu {gone} trên {live} dòng so với lần trước nên được giữ lại; hãy kiểm tra tệp rồi cho cán bộ xác nhận.",
        $"The source lacks {gone} of {live} rows it had the last time, so it is held; check the file and have a person confirm it.",
        cancellationToken);

    private static async Task<SourceRun> BeginAsync(NpgsqlConnection connection, RunStart start, CancellationToken cancellationToken)
    {
        var source = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(SourceRunSql.EnterSource, start.Source, cancellationToken: cancellationToken));
        var locked = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(SourceRunSql.TryLock, new { source }, cancellationToken: cancellationToken));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var running = await connection.QueryFirstOrDefaultAsync<Running>(
            new CommandDefinition(SourceRunSql.Running, new { source }, transaction, cancellationToken: cancellationToken));
        if (!locked && running is not { Dead: true })
        {
            throw new RunBusyException(start.Source.Key);
        }

        var resumes = running is not null && running.ContentHash == start.Check.ContentHash;
        if (running is not null)
        {
            var row = await TakeOverAsync(connection, running.Id, cancellationToken);
            if (resumes)
            {
                await transaction.CommitAsync(cancellationToken);
                return row.ToRun(connection, source, start.Source.IsCompleteSnapshot, true);
            }

            await CloseInterruptedAsync(connection, row, cancellationToken);
        }

        var begun = await connection.QuerySingleAsync<RunRow>(new CommandDefinition(
            SourceRunSql.Begin,
            new { source, start.StartedBy, start.FileName, start.Check.ContentHash, start.Check.Description, start.Check.Rows },
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return begun.ToRun(connection, source, start.Source.IsCompleteSnapshot, false);
    }

    private static Task<RunRow> TakeOverAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<RunRow>(new CommandDefinition(SourceRunSql.TakeOver, new { id }, cancellationToken: cancellationToken));

    private static async Task CloseInterruptedAsync(NpgsqlConnection connection, RunRow row, CancellationToken cancellationToken)
    {
        var close = new
        {
            row.Id,
            row.Fence,
            code = "interrupted",
            vi = "Lượt lấy bị ngắt và nguồn đã thay đổi; một lượt mới đã bắt đầu.",
            en = "The run was interrupted and the source has changed since; a new run has begun.",
        };
        await connection.ExecuteAsync(new CommandDefinition(SourceRunSql.Fail, close, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(SourceRunSql.ForgetSeen, new { row.Id }, cancellationToken: cancellationToken));
    }

    private async Task ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    private sealed record Running(long Id, string? ContentHash, bool Dead);

    private sealed class RunRow
    {
        public long Id { get; init; }
        public int Fence { get; init; }
        public string? Cursor { get; init; }
        public int RowsRead { get; init; }
        public int Accepted { get; init; }
        public int Unchanged { get; init; }
        public int Repeated { get; init; }
        public int Rejected { get; init; }
        public int Warnings { get; init; }

        public SourceRun ToRun(NpgsqlConnection connection, int source, bool isCompleteSnapshot, bool resumed) => new(connection)
        {
            Id = Id,
            SourceId = source,
            IsCompleteSnapshot = isCompleteSnapshot,
            Fence = Fence,
            Resumed = resumed,
            Cursor = Cursor,
            RowsRead = RowsRead,
            Accepted = Accepted,
            Unchanged = Unchanged,
            Repeated = Repeated,
            Rejected = Rejected,
            Warnings = Warnings,
        };
    }
}
