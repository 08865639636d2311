using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Wishes;

/// <param name="Marketplaces">Where; a season is one of all of them.</param>
/// <param name="BackOn">Of a season: Vietnamese day from which it is sold again; null: when somebody says so.</param>
/// <param name="NeedsMandate">Staff ask: without a mandate nothing is done, also where nothing would be called.</param>
public sealed record WishQuestion(WishKind Kind, IReadOnlyCollection<string> Marketplaces, DateOnly? BackOn, bool NeedsMandate)
{
    public bool IsOfSeason => Kind is WishKind.Season or WishKind.Return;
}

/// <summary>One line of a plan.</summary>
/// <param name="Print">Of all that is shown of it: with another one the world has moved.</param>
public sealed record PlannedItem(
    long ProductId, long ProducerId, long? ListingId, string Marketplace, long? AccountId, WishAct Act, IReadOnlyList<string> Why, string Print)
{
    /// <summary>What a create brings along.</summary>
    public int Pictures { get; init; }
}

/// <summary>Works out what a wish would do, with the composer, the pre-flight and the planner of the workers. Asked by the page that shows the plan
/// within what its reader may see, and once more by the worker with the listings locked.</summary>
public sealed class WishPlanner(CatalogueComposer composer)
{
    private const int PageSize = 500;

    private const string Products = "SELECT id, revision, composed_on FROM product WHERE id = ANY(@products) ORDER BY id";

    /// <param name="listings">Only these; null: all listings of the products.</param>
    public async Task<IReadOnlyList<PlannedItem>> PlanAsync(
        NpgsqlTransaction transaction, WishQuestion question, IReadOnlyCollection<long> products, IReadOnlySet<long>? listings, DateOnly today,
        CancellationToken cancellationToken)
    {
        var items = new List<PlannedItem>();
        foreach (var page in products.Distinct().Order().Chunk(PageSize))
        {
            items.AddRange(await PageAsync(transaction, question, page, listings, today, cancellationToken));
        }

        return items;
    }

    private async Task<IEnumerable<PlannedItem>> PageAsync(
        NpgsqlTransaction transaction, WishQuestion question, long[] products, IReadOnlySet<long>? listings, DateOnly today,
        CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        var due = (await connection.QueryAsync<DueProduct>(
            new CommandDefinition(Products, new { products }, transaction, cancellationToken: cancellationToken))).AsList();
        var catalogue = await ListingComposition.LoadAsync(connection, transaction, due, today, composer.OwnShops, cancellationToken);
        var stored = catalogue.Stored.All.Where(l => listings?.Contains(l.Id) != false && (question.IsOfSeason || question.Marketplaces.Contains(l.Marketplace)))
            .OrderBy(l => l.ProductId).ThenBy(l => l.Marketplace, StringComparer.Ordinal).ThenBy(l => l.Id).ToList();
        var looks = (await ListingReconciler.LookAsync(transaction, [.. stored.Select(l => l.Id)], today, cancellationToken)).ToDictionary(l => l.Id);
        var composed = composer.Compose(catalogue).Where(c => catalogue.Stored.Of(c) is not null).ToDictionary(c => catalogue.Stored.Of(c)!.Id);
        var items = catalogue.Items.ToLookup(i => i.ProductId);
        return stored.Where(l => looks.ContainsKey(l.Id)).Select(l => Line(question, l, looks[l.Id], composed.GetValueOrDefault(l.Id), items[l.ProductId].FirstOrDefault()))
            .Concat(listings is null && !question.IsOfSeason ? Missing(question, items, stored) : []);
    }

    private static PlannedItem Line(
        WishQuestion question, StoredListing listing, ListingLook look, ComposedListing? composed, CatalogueItem? product)
    {
        if ((composed?.Item ?? product) is not { } item)
        {
            // Its producer lies beyond what whoever asks may see.
            var beyond = WishLine.Blocked(WishRules.OutOfReach);
            return new(listing.ProductId, listing.ProducerId, listing.Id, listing.Marketplace, look.AccountId, beyond.Act, beyond.Why, Print(beyond, null));
        }

        var line = WishRules.Of(question.Kind, new()
        {
            Facts = look.Facts,
            Shop = look.Shop,
            ShopLeaves = look.ShopLeaves,
            ShopBeyond = look is { AccountId: not null, Shop: null },
            KeptHidden = listing.KeptHidden,
            KeptAway = listing.KeptAway,
            Gone = composed is null || item.Gone,
            OutOfSeason = item.OutOfSeason,
            SameDay = item.BackOn == question.BackOn,
            ListedStock = item.StockUnits,
            NewContent = composed is not null && !listing.ContentHash.AsSpan().SequenceEqual(composed.ContentHash),
            NewPrice = composed is not null && (listing.DesiredPrice, listing.DesiredSalePrice) != (composed.Draft.PriceVnd, composed.Draft.SalePriceVnd),
            Findings = composed?.Findings ?? [],
            NeedsMandate = question.NeedsMandate,
        });
        return new(listing.ProductId, item.ProducerId, listing.Id, listing.Marketplace, look.AccountId, line.Act, line.Why, Print(line, composed))
        {
            Pictures = line.Act == WishAct.Create ? composed?.Draft.Images.Count ?? 0 : 0,
        };
    }

    /// <summary>A product that was chosen has no listing on a marketplace that was chosen: that is told, and nothing is done.</summary>
    private static IEnumerable<PlannedItem> Missing(WishQuestion question, ILookup<long, CatalogueItem> items, List<StoredListing> stored)
    {
        var there = stored.Select(l => (l.ProductId, l.Marketplace)).ToHashSet();
        return items.SelectMany(p => question.Marketplaces.Where(m => !there.Contains((p.Key, m))).Select(m => new PlannedItem(
            p.Key, p.First().ProducerId, null, m, null, WishAct.Blocked, ["shop_missing"], "missing")));
    }

    // Of what would be sent its content, price and stock; of what is taken away or stays only that it would be.
    private static string Print(WishLine line, ComposedListing? composed)
    {
        var text = new StringBuilder(Words.Of(line.Act)).Append('|').AppendJoin(',', line.Why);
        if (line.Act is WishAct.Create or WishAct.Show or WishAct.Change or WishAct.Restock && composed is { Draft: var draft })
        {
            text.Append(CultureInfo.InvariantCulture, $"|{draft.PriceVnd}|{draft.SalePriceVnd}|{composed.Item.StockUnits}|{Convert.ToHexStringLower(composed.ContentHash)}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
