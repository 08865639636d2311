using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Data.Catalog;

/// <summary>Brings pages of a source into the catalogue. Rows equal to the last time are dropped first; the rest is applied set-wise, with
/// the run's cursor and counters, in one transaction: a page is there or it is not.</summary>
public sealed class CatalogueStore(NpgsqlDataSource database, CertificateRules rules, SubjectMarks marks, TimeProvider clock)
{
    public LineStore Lines { get; } = new(database, rules);

    /// <param name="run">Where the run stands; its cursor is moved when the page is applied.</param>
    /// <param name="image">Null when the source has no pictures beside it.</param>
    /// <exception cref="RunLostException">Another process has taken the run over; nothing was applied.</exception>
    public async Task<PageResult> ApplyPageAsync(SourceRun run, SourcePage page, ReadImage? image, CancellationToken cancellationToken) =>
        await ApplyAsync(run, await PrepareAsync(page, image, run.RowsRead, cancellationToken), cancellationToken);

    /// <summary>Checks and hashes a page; needs no database, so that it can be done while the page before is applied.</summary>
    /// <param name="rowsBefore">Rows of the input before this page.</param>
    public async Task<PreparedPage> PrepareAsync(SourcePage page, ReadImage? image, int rowsBefore, CancellationToken cancellationToken) =>
        new(page.Unchanged, page.Cursor, await StagedPage.OfAsync(page, rules, new(image), rowsBefore, cancellationToken));

    /// <param name="run">Where the run stands; its cursor is moved when the page is applied.</param>
    /// <exception cref="RunLostException">Another process has taken the run over; nothing was applied.</exception>
    public async Task<PageResult> ApplyAsync(SourceRun run, PreparedPage prepared, CancellationToken cancellationToken)
    {
        var staged = prepared.Staged;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var work = new PageWork(connection, run, VietnamDay.Of(clock.GetUtcNow()), cancellationToken) { LineSeed = Lines.Seed };
        await work.ExecuteAsync(CatalogueSql.Serialise);
        await RefuseErasedAsync(connection, staged, cancellationToken);
        await work.ExecuteAllAsync([CatalogueSql.CreateStaging, EntrySql.Create]);
        await KeepPicturesAsync(connection, staged, run.SourceId, cancellationToken);
        var changed = await CopyMetAsync(work, staged);
        await AddMediaAsync(work, staged.Images, changed);
        var refused = await ApplyOrSplitAsync(work, transaction, changed);
        await SettleAsync(work, staged, refused, staged.Rows.Count - changed.Count);
        var result = new PageResult(
            changed.Count - refused.Count, staged.Rows.Count - changed.Count + prepared.Unchanged, staged.Repeated, [.. staged.Rejected, .. refused],
            staged.Images.Warnings);
        await RecordAsync(work, result, prepared.Cursor);
        KillPoint.Reach(KillPoint.InPage);
        await transaction.CommitAsync(cancellationToken);
        run.Advance(result, prepared.Cursor);
        return result;
    }

    /// <summary>What applying the page would do. Writes nothing. <see cref="PageResult.New"/> is filled.</summary>
    public async Task<PageResult> PreviewPageAsync(string sourceKey, SourcePage page, ReadImage? image, CancellationToken cancellationToken)
    {
        var staged = await StagedPage.OfAsync(page, rules, new(image), 0, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var source = await FindSourceAsync(sourceKey, cancellationToken);
        await RefuseErasedAsync(connection, staged, cancellationToken);
        await KeepPicturesAsync(connection, staged, source, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(CatalogueSql.CreateStaging, cancellationToken: cancellationToken));
        await Staging.CopyMetAsync(connection, staged.Rows, Lines.Seed, cancellationToken);
        var (same, known) = await connection.QuerySingleAsync<(long Same, long Known)>(
            new CommandDefinition(CatalogueSql.Compare, new { source }, cancellationToken: cancellationToken));
        return new(
            staged.Rows.Count - (int)same, (int)same, staged.Repeated, staged.Rejected, staged.Images.Warnings,
            staged.Rows.Count - (int)known);
    }

    /// <summary>The source's number; 0 when it was never pulled.</summary>
    public async Task<int> FindSourceAsync(string sourceKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            SourceRunSql.SourceId, new { key = sourceKey }, cancellationToken: cancellationToken)) ?? 0;
    }

    /// <summary>How many of these keys the source states already.</summary>
    public async Task<(long Live, long Met)> CountLiveAsync(
        int sourceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            SourceRunSql.CountLive, new { source = sourceId, keys = keys.ToArray() }, cancellationToken: cancellationToken));
    }

    /// <summary>Under the lock of the page: whoever is being erased at this moment is marked before, or waits for us.</summary>
    private async Task RefuseErasedAsync(NpgsqlConnection connection, StagedPage staged, CancellationToken cancellationToken)
    {
        var erased = await marks.ErasedAsync(
            connection, staged.Rows.Select(r => SubjectMarks.Producer(r.Facts.ProducerKey)), cancellationToken);
        if (erased.Count > 0)
        {
            staged.Refuse(r => erased.Contains(SubjectMarks.Producer(r.Facts.ProducerKey)));
        }
    }

    private static async Task<List<StagedRow>> CopyMetAsync(PageWork work, StagedPage staged)
    {
        await Staging.CopyMetAsync(work.Connection, staged.Rows, work.LineSeed, work.Cancellation);
        await work.ExecuteAsync(CatalogueSql.LookAtMet);
        var changed = await work.QueryAsync<int>(CatalogueSql.Changed);
        return [.. changed.Select(seq => staged.Rows[seq])];
    }

    /// <summary>Pictures that are named but cannot be read this time, a list pulled from another folder say, stay what they were.</summary>
    private async Task KeepPicturesAsync(
        NpgsqlConnection connection, StagedPage staged, int source, CancellationToken cancellationToken)
    {
        var keys = staged.WithoutPicture();
        if (keys.Length > 0)
        {
            var stored = await connection.QueryAsync<(string Key, string Path, string Sha256)>(new CommandDefinition(
                CatalogueSql.StoredPictures, new { source, keys }, cancellationToken: cancellationToken));
            staged.KeepPictures(stored.ToDictionary(s => (s.Key, s.Path), s => s.Sha256), rules);
        }
    }

    /// <summary>Only bytes that are not there yet travel, a few pictures at a time.</summary>
    private static async Task AddMediaAsync(PageWork work, SourceImages images, List<StagedRow> changed)
    {
        var hashes = changed.SelectMany(r => r.Images).Distinct(StringComparer.Ordinal).ToArray();
        if (hashes.Length == 0)
        {
            return;
        }

        var known = await work.QueryAsync<string>(CatalogueSql.KnownMedia, new { hashes });
        foreach (var chunk in hashes.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(16))
        {
            var files = new List<(string Hash, ImageHeader Header, byte[] Bytes)>(chunk.Length);
            foreach (var hash in chunk)
            {
                var (header, bytes) = await images.OpenAsync(hash, work.Cancellation) ?? throw ImageChanged();
                files.Add((hash, header, bytes));
            }

            await work.ExecuteAsync(CatalogueSql.AddMedia, new
            {
                hashes = files.Select(f => f.Hash).ToArray(),
                types = files.Select(f => f.Header.ContentType).ToArray(),
                widths = files.Select(f => f.Header.Width).ToArray(),
                heights = files.Select(f => f.Header.Height).ToArray(),
                sizes = files.Select(f => f.Bytes.Length).ToArray(),
                contents = files.Select(f => f.Bytes).ToArray(),
            });
        }
    }

    /// <summary>All rows at once; only when the database itself refuses a value are the rows halved until the one that is at fault stands
    /// alone. It is rejected, the rest stays.</summary>
    private static async Task<List<RejectedRow>> ApplyOrSplitAsync(PageWork work, NpgsqlTransaction transaction, List<StagedRow> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        await transaction.SaveAsync("rows", work.Cancellation);
        try
        {
            await Staging.CopyRowsAsync(work.Connection, rows, work.LineSeed, work.Cancellation);
            await EnterAsync(work);
            await transaction.ReleaseAsync("rows", work.Cancellation);
            return [];
        }
        catch (PostgresException refusal) when (refusal.SqlState[..2] is "22" or "23" or "54")
        {
            await transaction.RollbackAsync("rows", work.Cancellation);
            return rows.Count == 1
                ? [Refused(rows[0], refusal)]
                : [.. await ApplyOrSplitAsync(work, transaction, rows[..(rows.Count / 2)]),
                   .. await ApplyOrSplitAsync(work, transaction, rows[(rows.Count / 2)..])];
        }
    }

    /// <summary>Plain rows as they stand, each table once; products of the others are worked out again.</summary>
    private static async Task EnterAsync(PageWork work)
    {
        await work.ExecuteAsync(EntrySql.Look);
        var isUnplaced = await work.ExecuteAsync(EntrySql.EnterProducers) > 0;
        await work.ExecuteAllAsync([EntrySql.Sort, EntrySql.LookAtEntries, .. isUnplaced ? [EntrySql.FindUnits] : Array.Empty<string>()]);
        var (folded, fresh, changed) = (await work.QueryAsync<(long, long, long)>(EntrySql.Count))[0];
        await work.ExecuteAllAsync(fresh > 0 ? PlainSql.New : []);
        await work.ExecuteAllAsync(changed > 0 ? PlainSql.Changed : []);
        await work.ExecuteAllAsync(fresh + changed > 0 ? PlainSql.Both : []);
        await work.ExecuteAllAsync(folded > 0
            ? [CatalogueSql.EnterProducts, CatalogueSql.EnterCertifications, CatalogueSql.TouchProducts, CatalogueSql.EnterRows,
               LineSql.KeepChanged, CatalogueSql.KeepEvidence, .. FoldSql.All] : []);
        await work.ExecuteAsync(CatalogueSql.ClearStaged);
    }

    /// <param name="known">Rows of the page that are stored with this content.</param>
    private static async Task SettleAsync(PageWork work, StagedPage staged, List<RejectedRow> refused, int known)
    {
        if (known > 0 && await work.ExecuteAsync(CatalogueSql.MoveRows) > 0)
        {
            await work.ExecuteAllAsync([EntrySql.FindDisputedByMove, .. FoldSql.All]);
        }

        StagedRow[] named = [.. staged.Rows.Where(r => r.Pictures.Count > 0)];
        if (named.Length > 0)
        {
            await work.ExecuteAsync(CatalogueSql.KeepPictures, new
            {
                source = work.Run.SourceId,
                keys = named.Select(r => r.Key).ToArray(),
                pictures = named.Select(r => JsonSerializer.Serialize(
                    r.Pictures.Where(p => p.Sha256 is not null).ToDictionary(p => p.Path, p => p.Sha256))).ToArray(),
            });
        }

        if (known > 0 && staged.Rows.Any(r => r.LineHash is not null))
        {
            await work.ExecuteAsync(LineSql.KeepMet);
        }

        if (work.Run.IsCompleteSnapshot)
        {
            if (known > 0)
            {
                await work.ExecuteAsync(CatalogueSql.MarkSeen);
            }

            string[] stems = [.. staged.Stems, .. refused.Select(r => r.KeyStem).OfType<string>()];
            if (stems.Length > 0)
            {
                await work.ExecuteAsync(
                    CatalogueSql.MarkRefused, new { stems, source = work.Run.SourceId, run = work.Run.Id });
            }
        }
    }

    private static async Task RecordAsync(PageWork work, PageResult result, string nextCursor)
    {
        await Staging.AddRejectedAsync(work, result);
        var advanced = await work.ExecuteAsync(CatalogueSql.Advance, new
        {
            result.Rows,
            result.Accepted,
            result.Unchanged,
            result.Repeated,
            Rejected = result.Rejected.Count,
            Warnings = result.Warnings.Count,
            NextCursor = nextCursor,
            Run = work.Run.Id,
            work.Run.Fence,
            work.Run.Cursor,
        });
        if (advanced == 0)
        {
            throw new RunLostException(work.Run.Id);
        }
    }

    private static RejectedRow Refused(StagedRow row, PostgresException refusal) => new(
        row.Position, refusal.ColumnName ?? refusal.ConstraintName ?? "row", "value_refused",
        "Cơ sở dữ liệu không nhận một giá trị của dòng này; hãy kiểm tra các số và ngày trong dòng.",
        $"The database refused a value of this row ({refusal.SqlState}); check its numbers and dates.", row.Said)
    {
        KeyStem = RecordKey.Stem(row.Key),
    };

    private static SourceException ImageChanged() => new(
        "image_changed", "Một tệp ảnh vừa thay đổi trong lúc đọc; hãy lấy lại nguồn này.",
        "A picture changed while it was read; pull this source again.");
}
