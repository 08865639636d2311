using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Subjects;

/// <summary>Erases producers and households that two people said shall go. First their items are taken out of the shops, while their logins still
/// open these; then every row about them goes in one transaction, and a mark stays by which no list and no backup brings them back.</summary>
/// <param name="longest">How long the shops have for the first part. What still stands there afterwards is kept as a list for a person.</param>
public sealed class SubjectErasure(
    NpgsqlDataSource dataSource, ListingReconciler reconciler, SubjectMarks marks, TimeProvider time, TimeSpan? longest = null)
{
    /// <summary>Done within a day, whatever a marketplace answers.</summary>
    public static TimeSpan DefaultLongest { get; } = TimeSpan.FromHours(20);

    private static readonly Actor _worker = new("worker", "worker");

    /// <summary>One round over all that is to be done.</summary>
    /// <returns>Requests that came a step further.</returns>
    /// <exception cref="AggregateException">Some could not be done; the others were.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await FindBackAsync(cancellationToken);
        var done = 0;
        while (await SplitAsync(cancellationToken))
        {
            done++;
        }

        done += await EachAsync(SubjectSql.Approved, "approved", BeginAsync, cancellationToken);
        await TakeDownAgainAsync(cancellationToken);
        done += await EachAsync(SubjectSql.Left, "leaving", EraseAsync, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return done + await connection.ExecuteAsync(new CommandDefinition(SubjectSql.EndUnits, cancellationToken: cancellationToken));
    }

    private async Task<int> EachAsync(
        string due, string step, Func<NpgsqlTransaction, SubjectRequestRow, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var late = time.GetUtcNow() - (longest ?? DefaultLongest);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(due, new { late }, cancellationToken: cancellationToken))).AsList();
        var (done, failures) = (0, new List<Exception>());
        foreach (var request in ids)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                if (await connection.QuerySingleOrDefaultAsync<SubjectRequestRow>(new CommandDefinition(
                    SubjectSql.Take, new { request, step }, transaction, cancellationToken: cancellationToken)) is { } row)
                {
                    await act(transaction, row, cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    done++;
                }
            }
            catch (NpgsqlException e)
            {
                failures.Add(e); // the others need not wait for this one
            }
        }

        return failures.Count == 0 ? done : throw new AggregateException(failures);
    }

    private async Task<bool> SplitAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<(long Id, string Unit)?>(
            new CommandDefinition(SubjectSql.TakeUnit, transaction: transaction, cancellationToken: cancellationToken)) is not { } whole)
        {
            return false;
        }

        await connection.ExecuteAsync(
            new CommandDefinition(SubjectSql.Within, new { unit = whole.Unit }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(SubjectSql.Split, new { request = whole.Id }, transaction, commandTimeout: 300, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(SubjectSql.SplitDone, new { request = whole.Id }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task BeginAsync(NpgsqlTransaction transaction, SubjectRequestRow request, CancellationToken cancellationToken)
    {
        var work = new Work(transaction, cancellationToken);
        var (rows, ids) = await LockAsync(transaction, request, cancellationToken);
        await work.ExecuteAsync(SubjectSql.Mark, new { marks = await MarksAsync(work, rows), stays = request.IsForGood });
        foreach (var sql in SubjectSql.Leave)
        {
            await work.ExecuteAsync(sql, rows.Parameters);
        }

        await TakeDownAsync(transaction, ids, cancellationToken);
        await work.ExecuteAsync(SubjectSql.Leaving, new { request = request.Id, now = time.GetUtcNow() });
        await AuditLog.WriteAsync(
            transaction, new(_worker, "subject.leave") { ProducerId = request.ProducerId, After = new { request = request.Id, listings = ids.Length } },
            cancellationToken);
    }

    /// <summary>No list is taken in meanwhile, and no plan of these products or turn of these listings is under way.</summary>
    private static async Task<(SubjectRows Rows, long[] Listings)> LockAsync(
        NpgsqlTransaction transaction, SubjectRequestRow request, CancellationToken cancellationToken)
    {
        var work = new Work(transaction, cancellationToken);
        await work.ExecuteAsync(AccountImportSql.Serialise); // first: a long list of accounts does not make the pulls wait for us
        await work.ExecuteAsync(CatalogueSql.Serialise);
        var rows = await SubjectRows.FindAsync(transaction, request.ProducerId, request.AccountId, cancellationToken);
        await work.ExecuteAsync(SubjectSql.LockProducts, rows.Parameters);
        var ids = await work.QueryAsync<long>(SubjectSql.ListingIds, rows.Parameters);
        await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
        return (rows, ids);
    }

    /// <summary>A plan that read a producer's products before they were gone may have written their listings afterwards.</summary>
    private async Task TakeDownAgainAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = await new Work(transaction, cancellationToken).QueryAsync<long>(SubjectSql.Wanted);
        if (ids.Length > 0)
        {
            await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
            await TakeDownAsync(transaction, ids, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private async Task TakeDownAsync(NpgsqlTransaction transaction, long[] ids, CancellationToken cancellationToken)
    {
        var work = new Work(transaction, cancellationToken);
        await work.ExecuteAsync(SubjectSql.TakeDown, new { ids });
        await work.ExecuteAsync(SubjectSql.EndHolds, new { ids });
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken);
    }

    private async Task EraseAsync(NpgsqlTransaction transaction, SubjectRequestRow request, CancellationToken cancellationToken)
    {
        var work = new Work(transaction, cancellationToken);
        var (rows, ids) = await LockAsync(transaction, request, cancellationToken);
        var left = (await work.QueryAsync<string>(SubjectSql.LeftOver, new { ids })).Single();
        var codes = await MarksAsync(work, rows);
        var people = (await work.QueryAsync<int>(SubjectSql.ForgetPeople, new { producers = rows.Producers })).Single();
        var removed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var table in SubjectTables.All.Where(t => t.Erase.Length > 0))
        {
            if (await work.ExecuteAsync(table.Erase, rows.Parameters) is > 0 and var count)
            {
                removed[table.Name] = count;
            }
        }

        if (people > 0)
        {
            removed["identity.person"] = people;
        }

        await work.ExecuteAsync(request.IsForGood ? SubjectSql.Mark : SubjectSql.DropMarks, new { marks = codes, stays = true }); // also of a shop that came meanwhile
        await work.ExecuteAsync(SubjectSql.Done, new { request = request.Id, now = time.GetUtcNow(), removed = JsonSerializer.Serialize(removed), left });
        await AuditLog.WriteAsync(
            transaction, new(_worker, "subject.erase") { ProducerId = request.ProducerId, After = new { request = request.Id, removed } }, cancellationToken);
    }

    private async Task<byte[][]> MarksAsync(Work work, SubjectRows rows)
    {
        var producers = await work.QueryAsync<MarkRow>(SubjectSql.MarkNames, rows.Parameters);
        var shops = await work.QueryAsync<MarkRow>(SubjectSql.MarkShops, rows.Parameters);
        return marks.Of(producers.Select(p => SubjectMarks.Producer(p.Key!))
            .Concat(producers.Where(p => !p.Withheld).Select(p => SubjectMarks.Name(p.Name!, p.Unit)))
            .Concat(shops.Where(s => s.ExternalId is not null).Select(s => SubjectMarks.Shop(s.Marketplace!, s.ExternalId!)))
            .Concat(shops.Where(s => s.Name is not null).Select(s => SubjectMarks.Name(s.Name!, s.Unit)))
            .Distinct(StringComparer.Ordinal));
    }

    /// <summary>After a restore: whoever was erased since the backup was made is there again, and is erased again as was decided then.</summary>
    private async Task FindBackAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var work = new Work(transaction, cancellationToken);
        if (!(await work.QueryAsync<bool>(SubjectSql.IsBack)).Single())
        {
            return;
        }

        var producers = await BackAsync(work, SubjectSql.Producers, r => SubjectMarks.Producer(r.Key!));
        var accounts = await BackAsync(work, SubjectSql.Households, r => SubjectMarks.Shop(r.Marketplace!, r.ExternalId!));
        await work.ExecuteAsync(SubjectSql.Again, new { producers, accounts, today = VietnamDay.Of(time.GetUtcNow()) });
        await work.ExecuteAsync(SubjectSql.LookedFor);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<long[]> BackAsync(Work work, string sql, Func<MarkRow, string> name)
    {
        var (found, after) = (new List<long>(), 0L);
        while (await work.QueryAsync<MarkRow>(sql, new { after }) is { Length: > 0 } page)
        {
            var codes = marks.Of(page.Select(name));
            var back = (await work.QueryAsync<byte[]>(SubjectSql.Back, new { marks = codes })).Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
            found.AddRange(page.Where((_, i) => back.Contains(Convert.ToHexString(codes[i]))).Select(r => r.Id));
            after = page[^1].Id;
        }

        return [.. found];
    }

    private sealed class Work(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        public Task<int> ExecuteAsync(string sql, object? parameters = null) => transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 300, cancellationToken: cancellation));

        public async Task<T[]> QueryAsync<T>(string sql, object? parameters = null) => [.. await transaction.Connection!.QueryAsync<T>(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 300, cancellationToken: cancellation))];
    }

    private sealed record MarkRow
    {
        public long Id { get; init; }
        public string? Key { get; init; }
        public string? Marketplace { get; init; }
        public string? ExternalId { get; init; }
        public string? Name { get; init; }
        public string? Unit { get; init; }
        public bool Withheld { get; init; }
    }
}

internal sealed record SubjectRequestRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";

    /// <summary>Lists do not bring them back. Who is only removed may come again.</summary>
    public bool IsForGood => Kind == "erase";
    public long? ProducerId { get; init; }
    public long? AccountId { get; init; }
}
