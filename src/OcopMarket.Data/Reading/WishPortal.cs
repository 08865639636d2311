using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;
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

public enum WishRefusal { Nothing, TooMany, NotOpen }

/// <param name="Plan">Null: <paramref name="Refusal"/> says why.</param>
public sealed record WishAnswer(long? Plan, WishRefusal? Refusal = null);

/// <summary>What people wish of listings, as the portal plans, confirms and shows it. The workers carry it out.</summary>
public sealed class WishPortal(ReadingDatabase database, WritingDatabase writing, WishPlanner planner, IReaderScope reader, TimeProvider time)
{
    /// <summary>Products of one plan.</summary>
    public const int MostProducts = 3000;

    /// <summary>Lines that a page shows at once.</summary>
    public const int Shown = 50;

    /// <summary>A plan that was looked at yesterday is not confirmed today: it is made anew.</summary>
    public const int HoldsHours = 12;

    /// <param name="effort">Expected from the platforms' limits.</param>
    public Task<WishAnswer> PlanAsync(
        WishChoice choice, Func<IReadOnlyList<PlannedItem>, IReadOnlyList<WishEffort>> effort, Actor by, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var today = VietnamDay.Of(time.GetUtcNow());
            var products = await ProductsAsync(transaction, choice, today, cancellationToken);
            if (products.Count is 0 or > MostProducts)
            {
                return new(null, products.Count == 0 ? WishRefusal.Nothing : WishRefusal.TooMany);
            }

            var question = new WishQuestion(choice.Kind, choice.Marketplaces, choice.BackOn, reader.Current.Units.Count > 0);
            var one = choice.Listing is { } listing && !question.IsOfSeason ? new HashSet<long> { listing } : null;
            var items = await planner.PlanAsync(transaction, question, products, one, today, cancellationToken);
            if (items.Count == 0)
            {
                return new(null, WishRefusal.Nothing);
            }

            var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
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
                    products = products.Count,
                    effort = JsonSerializer.Serialize(effort(items), JsonSerializerOptions.Web),
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
            return new WishAnswer(id);
        },
        cancellationToken);

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
        WishPortalSql.One + WishPortalSql.Sums + WishPortalSql.Reasons,
        new { plan },
        async grid =>
        {
            var row = await grid.ReadFirstOrDefaultAsync<WishPlanRow>();
            var sums = (await grid.ReadAsync<WishSum>()).AsList();
            var reasons = (await grid.ReadAsync<WishReason>()).AsList();
            return row is null ? null : new WishPlanView(row, sums, reasons);
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

    /// <summary>Only who made it, and only as it was shown.</summary>
    /// <returns>Whether it was there to be confirmed.</returns>
    public Task<bool> ConfirmAsync(long plan, Actor by, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            var row = await transaction.Connection!.QueryFirstOrDefaultAsync<WishPlanRow>(new CommandDefinition(
                WishPortalSql.Confirm, new { plan, key = by.Key, hours = HoldsHours }, transaction, cancellationToken: cancellationToken));
            if (row is null)
            {
                return false;
            }

            await AuditLog.WriteAsync(
                transaction,
                new(by, "listing.wish")
                {
                    ProducerId = reader.Current.ProducerId,
                    After = new { plan, kind = row.Kind, products = row.Products, backOn = row.BackOn, reason = row.Reason },
                },
                cancellationToken);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "SELECT pg_notify('ocop_work', '')", transaction: transaction, cancellationToken: cancellationToken));
            return true;
        },
        cancellationToken);

    public Task<bool> DropAsync(long plan, Actor by, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            WishPortalSql.Drop, new { plan, key = by.Key }, transaction, cancellationToken: cancellationToken)) > 0,
        cancellationToken);
}
