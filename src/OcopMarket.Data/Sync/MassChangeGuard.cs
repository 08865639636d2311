using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Sync;

namespace OcopMarket.Data.Sync;

/// <summary>Holds what a mistake in a list would do to many items at once, or to one price beyond measure, until a person has looked. It looks
/// twice: when wishes are written, and before items are taken out of a shop.</summary>
public sealed class MassChangeGuard(NpgsqlDataSource dataSource, ListingReconciler reconciler, GuardRules rules)
{
    /// <summary>Looks at a page of composed wishes before they are written. The listings are locked.</summary>
    /// <param name="columns">Those of the page that differ or are held already, as parameters: ids, desires, prices, sales, stocks.</param>
    internal Task<GuardLook> LookAsync(NpgsqlTransaction transaction, object columns, CancellationToken cancellationToken) =>
        Sabotage.Guard ? Task.FromResult(new GuardLook([], [])) : LookWellAsync(transaction, columns, cancellationToken);

    private async Task<GuardLook> LookWellAsync(NpgsqlTransaction transaction, object columns, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(columns);
        parameters.Add("factor", rules.PriceFactor);
        await RunAsync(transaction, GuardSql.Roll, parameters, cancellationToken);
        var leaps = await FindAsync(transaction, GuardSql.Leaps, parameters, cancellationToken);
        // By price first and then by stock, each in the order of the sources: pages that are composed at once open the same holds, and none
        // waits for another in a circle.
        foreach (var source in leaps.GroupBy(l => l.SourceId).OrderBy(s => s.Key))
        {
            await HoldAsync(transaction, HoldKind.Price, source.Key, null, null, [.. source], cancellationToken);
        }

        var zeros = await FindAsync(transaction, GuardSql.Zeros, parameters, cancellationToken);
        foreach (var source in zeros.Where(z => z is { Held: false, SourceId: not null }).GroupBy(z => z.SourceId).OrderBy(s => s.Key))
        {
            await HoldZerosAsync(transaction, source.Key!.Value, [.. source], cancellationToken);
        }

        return new([.. leaps.Select(l => l.ListingId)], [.. zeros.Select(z => z.ListingId)]);
    }

    /// <summary>Ends the holds whose reason is gone. After the wishes are written.</summary>
    /// <param name="listings">Those of the page that were held before.</param>
    internal static Task WithdrawAsync(
        NpgsqlTransaction transaction, long[] listings, GuardLook look, CancellationToken cancellationToken) =>
        listings.Length == 0
            ? Task.CompletedTask
            : RunAsync(transaction, GuardSql.Withdraw, new { listings, look.Leaps, look.Zeros }, cancellationToken);

    /// <summary>Before items are taken out of a shop.</summary>
    /// <returns>True: so many are to go that all of them are held now.</returns>
    public async Task<bool> HoldStopsAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var stops = await connection.QuerySingleAsync<StopsRow>(
            new CommandDefinition(GuardSql.Stops, new { account }, transaction, cancellationToken: cancellationToken));
        if (Sabotage.Guard || stops.Due.Length == 0 || !rules.IsMass(stops.Stops, stops.Items))
        {
            return false;
        }

        await ListingReconciler.LockAsync(transaction, stops.Due, cancellationToken);
        var rows = stops.Due.Select(id => new Change { ListingId = id }).ToArray();
        await HoldAsync(transaction, HoldKind.Stop, null, account, (int)stops.Items, rows, cancellationToken);
        await reconciler.ReconcileAsync(transaction, stops.Due, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task HoldZerosAsync(NpgsqlTransaction transaction, int source, Change[] zeros, CancellationToken cancellationToken)
    {
        Task<long> Count(string sql) => transaction.Connection!.ExecuteScalarAsync<long>(
            new CommandDefinition(sql, new { source }, transaction, cancellationToken: cancellationToken));
        var kind = Words.Of(HoldKind.ZeroStock);
        var isOpen = await StandingAsync(transaction, kind, source, null, cancellationToken) is not null;
        var total = 0L;
        if (!isOpen)
        {
            // The second count reads all of the source: only when the first is large.
            var ran = await Count(GuardSql.SourceZeros);
            total = ran > rules.Items ? await Count(GuardSql.SourceItems) : long.MaxValue;
            if (!rules.IsMass(ran, total))
            {
                return;
            }
        }

        await HoldAsync(transaction, HoldKind.ZeroStock, source, null, isOpen ? null : (int)total, zeros, cancellationToken);
    }

    private static async Task HoldAsync(
        NpgsqlTransaction transaction, HoldKind holdKind, int? source, long? account, int? total, Change[] changes,
        CancellationToken cancellationToken)
    {
        var kind = Words.Of(holdKind);
        long? hold = null;
        while (hold is null)
        {
            await RunAsync(transaction, GuardSql.Open, new { kind, source, account, total }, cancellationToken);
            hold = await StandingAsync(transaction, kind, source, account, cancellationToken); // null: released in between, open another
        }

        await RunAsync(transaction, GuardSql.Hold, new
        {
            hold,
            kind,
            ids = changes.Select(c => c.ListingId).ToArray(),
            was = changes.Select(c => c.Was).ToArray(),
            becomes = changes.Select(c => c.Becomes).ToArray(),
        }, cancellationToken);
    }

    private static Task<long?> StandingAsync(
        NpgsqlTransaction transaction, string kind, int? source, long? account, CancellationToken cancellationToken) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(GuardSql.Standing, new { kind, source, account }, transaction, cancellationToken: cancellationToken));

    private static async Task<List<Change>> FindAsync(
        NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        (await transaction.Connection!.QueryAsync<Change>(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken))).AsList();

    private static Task RunAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private sealed record Change
    {
        public long ListingId { get; init; }
        public decimal? Was { get; init; }
        public decimal? Becomes { get; init; }
        public int? SourceId { get; init; }
        public bool Held { get; init; }
    }

    private sealed record StopsRow
    {
        public long Stops { get; init; }
        public long Items { get; init; }
        public long[] Due { get; init; } = [];
    }
}

/// <summary>Listings of a page whose price leaps, and those out of stock that may be held for it.</summary>
internal sealed record GuardLook(long[] Leaps, long[] Zeros);
