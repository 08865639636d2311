using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OcopMarket.Core.Sources;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Catalog;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Jobs;

/// <summary>Pulls one source into the catalogue. The input is read once to its end before anything is applied, so that a cut file or a
/// snapshot that lost its rows changes nothing; then page by page, each with its cursor in one transaction. Harmless when run twice; a
/// killed run is resumed by the next one. Lines that are stored as they stand are neither parsed nor written.</summary>
public sealed partial class PullSource(
    CatalogueStore catalogue, SourceRunStore runs, ICatalogueChanged changed, EngineMeter? meter = null, ILogger<PullSource>? log = null)
{
    private readonly ILogger _log = log ?? (ILogger)NullLogger.Instance;

    /// <exception cref="SourceException">The whole input is unusable: nothing was applied, and the run, if it had begun, says so.</exception>
    /// <exception cref="RunBusyException">A run of this source is under way.</exception>
    public async Task<PullResult> RunAsync(
        IProductSource source, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Pull(_log, source.Key);
        if (options.DryRun)
        {
            await source.CheckAsync(cancellationToken);
            return await PreviewAsync(source, options, progress, cancellationToken);
        }

        var lines = source is ILineSource withLines
            ? await withLines.ReadLinesAsync(await catalogue.Lines.KindAsync(source.Key, cancellationToken), cancellationToken) : null;
        var check = lines?.Check ?? await source.CheckAsync(cancellationToken);
        var description = new SourceDescription(
            source.Key, options.SourceName ?? source.Key, options.SourceKind ?? "file", source.IsCompleteSnapshot);
        await using var run = await runs.StartAsync(new(description, check, options.StartedBy, options.FileName), cancellationToken);
        try
        {
            LogBegun(_log, run.Id);
            var result = await RunAsync(new(source, lines), run, options, progress, cancellationToken);
            LogEnded(_log, run.Id, result.Rows, result.Accepted, result.Rejected);
            if (result.FailureCode is null)
            {
                meter?.Pulled(result);
            }

            return result;
        }
        catch (SourceException unusable)
        {
            await runs.FailAsync(run, unusable.Code, unusable.MessageVi, unusable.MessageEn, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            // Not failed: the next run goes on from the cursor.
            throw;
        }
        catch (Exception error) when (error is not RunLostException)
        {
            await runs.FailAsync(
                run, "internal", "Lượt lấy dừng vì một lỗi của hệ thống; hãy thử lại, nếu vẫn lỗi hãy báo quản trị.",
                $"The run stopped on an error of the system ({error.GetType().Name}); try again.", CancellationToken.None);
            throw;
        }
    }

    private async Task<PullResult> RunAsync(
        Input input, SourceRun run, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var survey = input is { Source: ILineSource source, Lines: { } lines }
            ? await new LineSurvey(catalogue, runs).TakeAsync(source, lines, run, progress, cancellationToken)
            : await SurveyAsync(input, run, progress, cancellationToken);
        input = input with { Lines = survey.Lines };
        if (run.IsCompleteSnapshot && !options.AcceptShrink && SourceRunStore.ShrinksTooMuch(survey.Live, survey.Gone))
        {
            await runs.FailShrunkAsync(run, survey.Live, survey.Gone, cancellationToken);
            return Result(run, [], 0, "shrunk_too_much");
        }

        var rejected = new List<RejectedRow>();
        await foreach (var page in PageBatches.PrepareAsync(
            catalogue, input.ReadAsync(run.Cursor, cancellationToken), options.Image, run.RowsRead, cancellationToken))
        {
            var result = await catalogue.ApplyAsync(run, page, cancellationToken);
            rejected.AddRange(result.Rejected);
            progress?.Report(new(PullPhase.Apply, run.RowsRead, survey.Rows));
        }

        var gone = await runs.FinishAsync(run, survey.Met, options.AcceptShrink, cancellationToken);
        await changed.PlanAsync(cancellationToken);
        return Result(run, rejected, gone ?? 0, gone is null ? "shrunk_too_much" : null);
    }

    /// <summary>Reads everything once and applies nothing: finds a fault at the end of the input before its beginning is applied, and how
    /// much of a snapshot is missing.</summary>
    private async Task<Survey> SurveyAsync(
        Input input, SourceRun run, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var (rows, live, met) = (0, 0L, 0L);
        await foreach (var page in input.ReadAsync(null, cancellationToken))
        {
            rows += page.Rows;
            if (run.IsCompleteSnapshot)
            {
                var (stored, known) = await catalogue.CountLiveAsync(
                    run.SourceId, [.. page.Records.Select(r => r.Key)], cancellationToken);
                live = stored;
                met += known;
            }

            await runs.HeartbeatAsync(run, cancellationToken);
            progress?.Report(new(PullPhase.Check, rows, null));
        }

        return new(rows, live, live - met);
    }

    private async Task<PullResult> PreviewAsync(
        IProductSource source, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var result = new PullResult { DryRun = true };
        var rejected = new List<RejectedRow>();
        var sourceId = await catalogue.FindSourceAsync(source.Key, cancellationToken);
        var (live, met) = (0L, 0L);
        await foreach (var page in source.ReadAsync(null, cancellationToken))
        {
            var look = await catalogue.PreviewPageAsync(source.Key, page, options.Image, cancellationToken);
            var (stored, known) = await catalogue.CountLiveAsync(sourceId, [.. page.Records.Select(r => r.Key)], cancellationToken);
            (live, met) = (stored, met + known);
            rejected.AddRange(look.Rejected);
            result = result with
            {
                Rows = result.Rows + look.Rows,
                Accepted = result.Accepted + look.Accepted,
                New = result.New + look.New,
                Unchanged = result.Unchanged + look.Unchanged,
                Repeated = result.Repeated + look.Repeated,
                Warnings = result.Warnings + look.Warnings.Count,
            };
            progress?.Report(new(PullPhase.Check, result.Rows, null));
        }

        var gone = source.IsCompleteSnapshot ? (int)(live - met) : 0;
        return result with
        {
            Rejected = rejected.Count,
            RejectedRows = rejected,
            Gone = gone,
            FailureCode = SourceRunStore.ShrinksTooMuch(live, gone) ? "shrunk_too_much" : null,
        };
    }

    private static PullResult Result(SourceRun run, List<RejectedRow> rejected, int gone, string? failure) => new()
    {
        RunId = run.Id,
        Resumed = run.Resumed,
        Rows = run.RowsRead,
        Accepted = run.Accepted,
        Unchanged = run.Unchanged,
        Repeated = run.Repeated,
        Rejected = run.Rejected,
        Warnings = run.Warnings,
        Gone = gone,
        RejectedRows = rejected,
        FailureCode = failure,
    };

    [LoggerMessage(1603, LogLevel.Debug, "Run {RunId} begins")]
    private static partial void LogBegun(ILogger log, long runId);

    [LoggerMessage(1604, LogLevel.Debug, "Run {RunId} ended: {Rows} rows, {Accepted} accepted, {Rejected} rejected")]
    private static partial void LogEnded(ILogger log, long runId, int rows, int accepted, int rejected);

    private sealed record Input(IProductSource Source, SourceLines? Lines)
    {
        public IAsyncEnumerable<SourcePage> ReadAsync(string? cursor, CancellationToken cancellationToken) =>
            Source is ILineSource source && Lines is { } lines
                ? source.ReadAsync(cursor, lines, cancellationToken) : Source.ReadAsync(cursor, cancellationToken);
    }
}
