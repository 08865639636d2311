using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.People;
using OcopMarket.Data.Wishes;

namespace OcopMarket.Data.Reading;

/// <summary>What somebody chose.</summary>
public sealed record WishChoice(WishKind Kind, IReadOnlyCollection<string> Marketplaces, DateOnly? BackOn, string? Reason)
{
    public IReadOnlyCollection<long> Products { get; init; } = [];

    /// <summary>All products of a list with these filters instead; null: those named.</summary>
    public ProductFilter? All { get; init; }

    /// <summary>One listing instead of products.</summary>
    public long? Listing { get; init; }
}

/// <param name="Seconds">As the platforms' limits let them pass, at best.</param>
public sealed record WishEffort(string Marketplace, int Calls, int Seconds);

/// <summary>Open: too many of the same person wait to be confirmed. Day: no room for more on this day.</summary>
public enum WishRefusal { Nothing, TooMany, Open, Day }

/// <param name="Plan">Null: <paramref name="Refusal"/> says why.</param>
public sealed record WishAnswer(long? Plan, WishRefusal? Refusal = null);

/// <summary>What people wish of listings, as the portal plans and shows it. <see cref="WishDecisions"/> confirms it, the workers carry it out.</summary>
public sealed class WishPortal(
    ReadingDatabase database, WritingDatabase writing, WishPlanner planner, IReaderScope reader, GuardRules rules, TimeProvider time)
{
    /// <summary>Products of one plan.</summary>
    public const int MostProducts = 3000;

    /// <summary>Lines that a page shows at once.</summary>
    public const int Shown = 50;

    /// <summary>Plans of one person that wait to be confirmed.</summary>
    public const int MostOpen = 20;

    /// <summary>A plan that was looked at yesterday is not confirmed today: it is made anew.</summary>
    public const int HoldsHours = 12;

    /// <param name="effort">Expected from the platforms' limits.</param>
    /// <param name="limit">Plans a day, and lines of them in the place of bytes.</param>
    public async Task<WishAnswer> PlanAsync(
        WishChoice choice, Func<IReadOnlyList<PlannedItem>, IReadOnlyList<WishEffort>> effort, DayLimit limit, Actor by, CancellationToken cancellationToken)
    {
        try
        {
            return await writing.WriteAsync(t => PlanAsync(t, choice, effort, limit, by, cancellationToken), cancellationToken);
        }
        catch (DayLimitException)
        {
            return new(null, WishRefusal.Day);
        }
        catch (OpenPlansException)
        {
            return new(null, WishRefusal.Open);
        }
    }

    private async Task<WishAnswer> PlanAsync(
        NpgsqlTransaction transaction, WishChoice choice, Func<IReadOnlyList<PlannedItem>, IReadOnlyList<WishEffort>> effort, DayLimit limit, Actor by,
        CancellationToken cancellationToken)
    {
        var today = VietnamDay.Of(time.GetUtcNow());
        var products = await ProductsAsync(transaction, choice, today, cancellationToken);
        if (products.Count is 0 or > MostProducts)
        {
            return new(null, products.Count == 0 ? WishRefusal.Nothing : WishRefusal.TooMany);
        }

        // Before the work. Its row keeps others of the same keeper waiting: two at once do not both find room for the last one.
        await DayUse.TakeAsync(transaction, limit, choice.Listing is null ? products.Count * choice.Marketplaces.Count : 1, today, cancellationToken);
        if (await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            WishPortalSql.Open, new { key = by.Key, hours = HoldsHours }, transaction, cancellationToken: cancellationToken)) >= MostOpen)
        {
            throw new OpenPlansException(); // so that nothing is counted for the day
        }

        var question = new WishQuestion(choice.Kind, choice.Marketplaces, choice.BackOn, reader.Current.Units.Count > 0);
        var one = choice.Listing is { } listing && !question.IsOfSeason ? new HashSet<long> { listing } : null;
        var items = await planner.PlanAsync(transaction, question, products, one, today, cancellationToken);
        return items.Count == 0
            ? new(null, WishRefusal.Nothing)
            : new(await BeginAsync(transaction, choice, products.Count, items, effort(items), by, cancellationToken));
    }

    private async Task<long> BeginAsync(
        NpgsqlTransaction transaction, WishChoice choice, int products, IReadOnlyList<PlannedItem> items, IReadOnlyList<WishEffort> effort, Actor by,
        CancellationToken cancellationToken)
    {
        var id = await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            WishPortalSql.Begin,
            new
            {
                kind = Words.Of(choice.Kind),
                scope = reader.Current.Text,
                producer = reader.Current.ProducerId,
                by = by.Shown,
                key = by.Key,
                choice.BackOn,
                choice.Reason,
                products,
                effort = JsonSerializer.Serialize(effort, JsonSerializerOptions.Web),
            },
            transaction, cancellationToken: cancellationToken));
        await new StatementBatch(transaction).Add(WishPortalSql.AddItems, new
        {
            plan = id,
            products = items.Select(i => i.ProductId).ToArray(),
            producers = items.Select(i => i.ProducerId).ToArray(),
            listings = items.Select(i => i.ListingId).ToArray(),
            marketplaces = items.Select(i => i.Marketplace).ToArray(),
            acts = items.Select(i => Words.Of(i.Act)).ToArray(),
            whys = items.Select(i => string.Join(' ', i.Why)).ToArray(),
            prints = items.Select(i => i.Print).ToArray(),
        }).ExecuteAsync(cancellationToken);
        return id;
    }

    private async Task<List<long>> ProductsAsync(NpgsqlTransaction transaction, WishChoice choice, DateOnly today, CancellationToken cancellationToken)
    {
        var filter = choice.All ?? new ProductFilter();
        var folded = VietnameseText.Fold(filter.Search);
        var parameters = new DynamicParameters(new
        {
            search = folded.Length == 0 ? null : $"%{folded}%",
            filter.Stars,
            filter.Certificate,
            filter.Group,
            filter.Marketplace,
            filter.State,
            today,
            limit = MostProducts + 1,
            ids = choice.Products.ToArray(),
            listing = choice.Listing,
        });
        parameters.Add("own", reader.Current.ProducerId, DbType.Int64);
        var sql = choice.Listing is not null ? WishPortalSql.ProductOfListing : choice.All is not null ? WishPortalSql.Filtered : WishPortalSql.Named;
        return (await transaction.Connection!.QueryAsync<long>(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>Null: there is no such plan for whoever asks.</returns>
    public Task<WishPlanView?> FindAsync(long plan, CancellationToken cancellationToken) => database.ReadAsync(
        WishPortalSql.One + WishPortalSql.Sums + WishPortalSql.Reasons + WishPortalSql.OutOfSight + WishPortalSql.TakenDown,
        new { plan },
        async grid =>
        {
            var row = await grid.ReadFirstOrDefaultAsync<WishPlanRow>();
            var sums = (await grid.ReadAsync<WishSum>()).AsList();
            var reasons = (await grid.ReadAsync<WishReason>()).AsList();
            var outOfSight = await grid.ReadSingleAsync<long>();
            var shops = (await grid.ReadAsync<WishShop>()).AsList();
            return row is null ? null : new WishPlanView(row, sums, reasons) { OutOfSight = outOfSight, TakesMany = WishShop.AreMany(shops, rules) };
        },
        cancellationToken);

    /// <param name="group">One of <see cref="WishPlanView.Groups"/>, or an act of a plan that is not confirmed; null: all.</param>
    public async Task<IReadOnlyList<WishItemRow>> ItemsAsync(long plan, string? group, int after, CancellationToken cancellationToken) =>
        await database.QueryAsync<WishItemRow>(WishPortalSql.Items, new { plan, group, after, limit = Shown + 1 }, cancellationToken);

    /// <returns>Null: the product is in season.</returns>
    public Task<Season?> SeasonAsync(long product, DateOnly today, CancellationToken cancellationToken) =>
        database.FirstAsync<Season>(WishPortalSql.Season, new { product, today }, cancellationToken);

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<WishPlanRow>> ListAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync<WishPlanRow>(WishPortalSql.List, null, cancellationToken);

    private sealed class OpenPlansException : Exception;
}
