using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Wishes;

/// <summary>Carries out what people confirmed, as it was shown to them: each line is worked out again with its listing locked, and what differs by now,
/// or has left the reach of whoever planned it, is told and left out. A page is one transaction, so whoever dies on the way leaves no line half done, and the next goes on.</summary>
public sealed class WishStore(NpgsqlDataSource dataSource, WishPlanner planner, ListingReconciler reconciler, ICatalogueChanged catalogue, TimeProvider time)
{
    private const int PageSize = 200;

    public async Task<IReadOnlyList<long>> DueAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<long>(new CommandDefinition(WishSql.Due, new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>Listings of which the wish was taken over.</returns>
    public async Task<int> CarryOutAsync(long plan, CancellationToken cancellationToken)
    {
        var applied = 0;
        while (await PageAsync(plan, cancellationToken) is { } some)
        {
            applied += some;
        }

        await catalogue.PlanAsync(cancellationToken); // before it is called done: whoever dies in between leaves it to the next
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(WishSql.Done, new { plan }, cancellationToken: cancellationToken));
        return applied;
    }

    /// <returns>Null: nothing is left, or somebody else has the plan in hand.</returns>
    private async Task<int?> PageAsync(long plan, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync<PlanRow>(
            new CommandDefinition(WishSql.Take, new { plan }, transaction, cancellationToken: cancellationToken));
        var items = row is null ? [] : (await connection.QueryAsync<ItemRow>(new CommandDefinition(
            WishSql.Open, new { plan, limit = PageSize }, transaction, cancellationToken: cancellationToken))).AsList();
        if (row is null || items.Count == 0)
        {
            return null;
        }

        var products = items.Select(i => i.ProductId).Distinct().Order().ToArray();
        await new StatementBatch(transaction).Add(CompositionSql.LockProducts, new { products }).Add(CompositionSql.LockListings, new { products })
            .ExecuteAsync(cancellationToken);
        var (reach, within) = await WithinAsync(transaction, row, items, cancellationToken);
        var today = VietnamDay.Of(time.GetUtcNow());
        var now = (await planner.PlanAsync(
                transaction, row.Question(items.Select(i => i.Marketplace), reach), products, items.Select(i => i.ListingId).ToHashSet(), today, cancellationToken))
            .ToDictionary(i => i.ListingId!.Value);
        var same = items.Where(i => within.Contains(i.N) && now.GetValueOrDefault(i.ListingId)?.Print == i.Print).ToList();
        var write = new StatementBatch(transaction);
        Write(write, row, same, today);
        var kept = same.Select(i => i.N).ToHashSet();
        write.Add(WishSql.Outcome, new
        {
            plan,
            ns = items.Select(i => i.N).ToArray(),
            outcomes = items.Select(i => kept.Contains(i.N) ? "applied" : "moved").ToArray(),
            acts = items.Select(i => kept.Contains(i.N) || !within.Contains(i.N) || now.GetValueOrDefault(i.ListingId) is not { } other ? null : Words.Of(other.Act)).ToArray(),
        });
        await reconciler.ReconcileAsync(transaction, [.. same.Select(i => i.ListingId)], cancellationToken, write);
        await transaction.CommitAsync(cancellationToken);
        return same.Count;
    }

    private static async Task<(string Reach, HashSet<int> Lines)> WithinAsync(
        NpgsqlTransaction transaction, PlanRow plan, List<ItemRow> items, CancellationToken cancellationToken)
    {
        await using var grid = await transaction.Connection!.QueryMultipleAsync(new CommandDefinition(
            WishSql.Within, new { plan = plan.Id, key = plan.PlannedKey, ns = items.Select(i => i.N).ToArray() }, transaction, cancellationToken: cancellationToken));
        return (await grid.ReadSingleAsync<string>(), (await grid.ReadAsync<int>()).ToHashSet());
    }

    private static void Write(StatementBatch write, PlanRow plan, List<ItemRow> items, DateOnly today)
    {
        var ids = items.Select(i => i.ListingId).Distinct().Order().ToArray();
        if (ids.Length == 0)
        {
            return;
        }

        var kind = Words.Parse<WishKind>(plan.Kind);
        if (kind is WishKind.Season or WishKind.Return)
        {
            var products = items.Select(i => i.ProductId).Distinct().Order().ToArray();
            if (kind == WishKind.Season)
            {
                write.Add(WishSql.EndSeason, new { plan = plan.Id, products, backOn = plan.BackOn, today, by = plan.PlannedBy, reason = plan.Reason });
            }
            else
            {
                write.Add(WishSql.BeginSeason, new { products });
            }

            write.Add(WishSql.ComposeAgain, new { products });
        }
        else
        {
            var wish = kind switch { WishKind.Hide => Desired.Hidden, WishKind.Remove => Desired.Gone, _ => Desired.OnSale };
            write.Add(WishSql.Apply, new { ids, kind = plan.Kind, wish = Words.Of(wish) });
            if (kind == WishKind.Remove)
            {
                write.Add(WishSql.Away, new { ids, plan = plan.Id });
            }
            else if (kind == WishKind.Publish)
            {
                write.Add(WishSql.Back, new { ids });
            }
        }

        write.Add(WishSql.Told, new { ids, kind = plan.Kind, by = plan.PlannedBy, day = plan.BackOn?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), reason = plan.Reason });
    }

    private sealed record PlanRow
    {
        public long Id { get; init; }
        public string Kind { get; init; } = "";
        public string Scope { get; init; } = "";
        public string PlannedBy { get; init; } = "";
        public string PlannedKey { get; init; } = "";
        public DateOnly? BackOn { get; init; }
        public string? Reason { get; init; }

        /// <param name="reach">Of its maker now: who became staff of a place since acts under mandates as well.</param>
        public WishQuestion Question(IEnumerable<string> marketplaces, string reach) => new(
            Words.Parse<WishKind>(Kind), marketplaces.ToHashSet(StringComparer.Ordinal), BackOn,
            Scope.StartsWith("units:", StringComparison.Ordinal) || reach.StartsWith("units:", StringComparison.Ordinal));
    }

    private sealed record ItemRow
    {
        public int N { get; init; }
        public long ProductId { get; init; }
        public long ListingId { get; init; }
        public string Marketplace { get; init; } = "";
        public string Print { get; init; } = "";
    }
}
