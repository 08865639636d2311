using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>A batch of one kind as one call, and its answer as one outcome per change. The answer brings each product as it is now: what differs
/// from what was sent is told, because a shop empties a price or swaps a category and calls it success.</summary>
internal sealed class WooCommerceSubmitting(
    WooCommerceClient client, WooCommerceCategories categories, IMapper mapper, MarketplaceProfile profile)
{
    public async Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, MarketplaceCapabilities capabilities, CancellationToken cancellationToken)
    {
        Batches.Check(profile.Key, changes, capabilities);
        var outcomes = changes.Select(c => Unsendable(shop, c)).ToArray();
        var sent = Enumerable.Range(0, changes.Count).Where(i => outcomes[i] is null).ToList();
        if (sent.Count > 0)
        {
            var answers = await SendAsync(shop, [.. sent.Select(i => changes[i])], cancellationToken);
            for (var n = 0; n < sent.Count; n++)
            {
                outcomes[sent[n]] = answers[n];
            }
        }

        return [.. outcomes.Select(o => o!)];
    }

    private ChangeOutcome? Unsendable(SellerSession shop, ListingChange change)
    {
        if (Batches.Unsendable(change, profile, i => i.MediaId ?? i.Url) is { } outcome)
        {
            return outcome;
        }

        var isContent = change.Kind is ChangeKind.Create or ChangeKind.UpdateContent;
        return isContent && categories.IdOf(shop, categories.NameOf(change.Product.CriteriaSetNo)!) is null
            ? ChangeOutcome.Failed(FailureKind.Transient, "category_unlearnt", "The shop's id of the category is not known yet.", "category") with
            { ExternalId = change.ExternalId }
            : change.Kind != ChangeKind.Create && IdOf(change) is null
                ? ChangeOutcome.Failed(FailureKind.Misconfigured, "id_missing", "A change needs the product's number.") with { ExternalId = change.ExternalId }
                : null;
    }

    private async Task<IReadOnlyList<ChangeOutcome>> SendAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken)
    {
        var kind = changes[0].Kind;
        var items = kind == ChangeKind.Delete ? [] : changes.Select(c => Item(shop, c)).ToList();
        try
        {
            var answer = await client.WriteAsync<WooCommerceBatchAnswer>(Request(kind, items, changes), shop, cancellationToken);
            var rows = kind switch
            {
                ChangeKind.Create => answer.Create,
                ChangeKind.Delete => answer.Delete,
                _ => answer.Update,
            };
            return rows?.Count == changes.Count
                ? [.. changes.Select((change, place) => Outcome(shop, change, kind == ChangeKind.Delete ? null : items[place], rows[place]))]
                : [.. changes.Select(c => Unclear(c, "unreadable", "The answer does not have one row for each change."))];
        }
        catch (FateUnknownException e)
        {
            return [.. changes.Select(c => Unclear(c, e.Code, e.Detail))];
        }
    }

    private static RestRequest Request(ChangeKind kind, List<WooCommerceItem> items, IReadOnlyList<ListingChange> changes) =>
        WooCommerceClient.Json("/products/batch", kind switch
        {
            ChangeKind.Create => new WooCommerceBatch<WooCommerceItem> { Create = items },
            ChangeKind.Delete => new() { Delete = [.. changes.Select(c => IdOf(c)!.Value)] },
            _ => new() { Update = items },
        });

    private WooCommerceItem Item(SellerSession shop, ListingChange change)
    {
        var category = categories.NameOf(change.Product.CriteriaSetNo) is { } name ? categories.IdOf(shop, name) ?? 0 : 0;
        var whole = mapper.Map<WooCommerceItem>(new WooCommerceSource(change.Product, category));
        var id = IdOf(change);
        return change.Kind switch
        {
            ChangeKind.Create => whole,
            ChangeKind.UpdateContent => new()
            {
                Id = id,
                Name = whole.Name,
                Description = whole.Description,
                Categories = whole.Categories,
                Images = whole.Images,
            },
            ChangeKind.SetPrice => new() { Id = id, RegularPrice = whole.RegularPrice, SalePrice = whole.SalePrice },
            ChangeKind.SetStock => new() { Id = id, ManageStock = true, StockQuantity = whole.StockQuantity },
            ChangeKind.Hide => new() { Id = id, Status = WooCommerceStatus.Draft },
            ChangeKind.Show => new() { Id = id, Status = WooCommerceStatus.Publish },
            _ => throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "WooCommerce takes no such change."),
        };
    }

    /// <param name="sent">Null: a deletion.</param>
    private ChangeOutcome Outcome(SellerSession shop, ListingChange change, WooCommerceItem? sent, WooCommerceProduct? row)
    {
        if (row?.Error is { Code: { } code } error)
        {
            return Refused(shop, change, code, error);
        }

        // By place, which is documented, and only where the product agrees.
        if (row?.Id is not > 0 || (change.Kind == ChangeKind.Create ? row.Sku != change.Product.SellerSku : row.Id != IdOf(change)))
        {
            return Unclear(change, "unreadable", "The answer says nothing of this product.");
        }

        var id = PlatformId(row.Id);
        if (sent is null)
        {
            return ChangeOutcome.Accepted(id, SeenStatus.Removed, row.Status);
        }

        var differs = WooCommerceReadBack.Difference(sent, row);
        if (differs?.Field == "category")
        {
            categories.Forget(shop, sent.Categories![0].Id); // gone over there: made anew with the next content
        }

        return ChangeOutcome.Accepted(id, WooCommerceStatus.ToCanonical(row.Status, row.StockStatus), row.Status) with
        {
            Url = row.Permalink,
            Differs = differs,
            Pictures = sent.Images is null ? ChangeOutcome.NoPictures : Pictures(change, row),
        };
    }

    private static ChangeOutcome Refused(SellerSession shop, ListingChange change, string code, WooCommerceError error)
    {
        if (change.Kind == ChangeKind.Delete && code == WooCommerceErrors.InvalidId)
        {
            return ChangeOutcome.Accepted(change.ExternalId, SeenStatus.Removed, code);
        }

        var taken = code == WooCommerceErrors.InvalidSku ? error.Data?.ResourceId : null;
        return ChangeOutcome.Failed(WooCommerceErrors.KindOf(code), code, WooCommerceClient.Clean(error.Message, shop), WooCommerceErrors.FieldOf(error)) with
        {
            ExternalId = PlatformId(taken) ?? change.ExternalId,
            SkuTaken = taken is not null,
            PicturesLost = code == WooCommerceErrors.InvalidPicture,
        };
    }

    /// <summary>In the order sent; where the shop kept fewer, nobody can tell which.</summary>
    private static IReadOnlyDictionary<string, string> Pictures(ListingChange change, WooCommerceProduct row) =>
        row.Images is { } kept && kept.Count == change.Product.Images.Count
            ? change.Product.Images.Zip(kept).Where(p => p.Second?.Id is not null).DistinctBy(p => p.First.Sha256)
                .ToDictionary(p => p.First.Sha256, p => PlatformId(p.Second.Id)!, StringComparer.Ordinal)
            : ChangeOutcome.NoPictures;

    private static long? IdOf(ListingChange change) =>
        long.TryParse(change.ExternalId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static string? PlatformId(long? id) => id?.ToString(CultureInfo.InvariantCulture);

    private static ChangeOutcome Unclear(ListingChange change, string code, string detail) =>
        ChangeOutcome.Failed(FailureKind.Ambiguous, code, detail) with { ExternalId = change.ExternalId };
}
