using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>One item a call, or up to 50 that are hidden or shown, and the answer as one outcome per change.</summary>
internal sealed class ShopeeSubmitting(ShopeeClient client, ShopeeShopChannels channels, IMapper mapper, MarketplaceProfile profile)
{
    /// <summary>Code of a row that was refused with a text alone.</summary>
    public const string RowRefused = "failed_reason";

    /// <summary>A review ends within hours; a stop must not be given up because one was under way.</summary>
    private static readonly TimeSpan _whileReviewed = TimeSpan.FromMinutes(5);

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
        var outcome = Batches.Unsendable(change, profile, i => i.MediaId);
        if (outcome is null && change.Kind != ChangeKind.Create && ShopeeSource.Number(change.ExternalId) is null)
        {
            outcome = ChangeOutcome.Failed(FailureKind.Misconfigured, "id_missing", "Shopee knows an item only by its item_id.", "sku");
        }

        if (outcome is null && change.Kind == ChangeKind.Create)
        {
            outcome = channels.For(shop, ShopeeMapping.Kilograms(change.Product)) switch
            {
                null => ChangeOutcome.Failed(FailureKind.Transient, "channels_unlearnt", "The shop's delivery channels are not known yet.", "weight"),
                { Count: 0 } => ChangeOutcome.Failed(FailureKind.Rejected, "channel_missing", "No enabled delivery channel of the shop takes this weight.", "weight"),
                _ => null,
            };
        }

        return outcome is null ? null : outcome with { ExternalId = change.ExternalId };
    }

    private async Task<IReadOnlyList<ChangeOutcome>> SendAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken)
    {
        var first = changes[0];
        try
        {
            return first.Kind switch
            {
                ChangeKind.Create => [Written(shop, first, await WriteAsync<ShopeeItem, ShopeeWritten>("add_item", Item(shop, first)))],
                ChangeKind.UpdateContent => [Written(shop, first, await WriteAsync<ShopeeItem, ShopeeWritten>("update_item", Content(shop, first)))],
                ChangeKind.SetPrice => [Row(shop, first, await WriteAsync<ShopeePriceChange, ShopeeRows>(
                    "update_price", new(Id(first), [new(PlatformJson.Whole(first.Product.PriceVnd))])))],
                ChangeKind.SetStock => [Row(shop, first, await WriteAsync<ShopeeStockChange, ShopeeRows>(
                    "update_stock", new(Id(first), [new([new(first.Product.StockUnits)])])))],
                ChangeKind.Hide or ChangeKind.Show => Rows(shop, changes, await WriteAsync<ShopeeUnlist, ShopeeRows>(
                    "unlist_item", new([.. changes.Select(c => new ShopeeUnlistRow(Id(c), c.Kind == ChangeKind.Hide))]))),
                ChangeKind.Delete => [Deleted(shop, first, await WriteAsync<ShopeeItemId, ShopeeWritten>("delete_item", new(Id(first))))],
                var kind => throw new ArgumentOutOfRangeException(nameof(changes), kind, "Shopee takes no such change."),
            };
        }
        catch (FateUnknownException e)
        {
            return [.. changes.Select(c => Unclear(c, e.Code, e.Detail))];
        }

        Task<ShopeeReply<TResponse>> WriteAsync<TBody, TResponse>(string call, TBody body)
            where TResponse : class => client.WriteAsync<TBody, TResponse>(shop, $"/api/v2/product/{call}", body, cancellationToken);
    }

    private ShopeeItem Item(SellerSession shop, ListingChange change)
    {
        var item = mapper.Map<ShopeeItem>(new ShopeeSource(
            change.Product, profile, channels.For(shop, ShopeeMapping.Kilograms(change.Product)) ?? [], client.Options.NoBrand));
        return item.AttributeList is { Count: 0 } ? item with { AttributeList = null } : item; // none of ours; an empty list would erase theirs
    }

    /// <summary>Brand and delivery are what the seller chooses over there once the item stands: an edit leaves them.</summary>
    private ShopeeItem Content(SellerSession shop, ListingChange change) => Item(shop, change) with
    {
        ItemId = Id(change),
        Brand = null,
        LogisticInfo = null,
        OriginalPrice = null,
        SellerStock = null,
        ItemStatus = null,
        ItemSku = null,
        Condition = null,
    };

    private ChangeOutcome Written(SellerSession shop, ListingChange change, ShopeeReply<ShopeeWritten> reply)
    {
        if (reply.Error is { Length: > 0 })
        {
            return Refused(shop, change, reply);
        }

        var id = reply.Response?.ItemId?.ToString(CultureInfo.InvariantCulture);
        if (id is null || (change.ExternalId is not null && id != change.ExternalId))
        {
            return Unclear(change, "unreadable", "The answer does not name the item.");
        }

        // Of an edit the stock is not known here.
        var status = reply.Response!.ItemStatus;
        long? stock = change.Kind == ChangeKind.Create ? change.Product.StockUnits : null;
        return ChangeOutcome.Accepted(id, status is null ? null : ShopeeStatus.ToCanonical(status, stock), status);
    }

    private ChangeOutcome Row(SellerSession shop, ListingChange change, ShopeeReply<ShopeeRows> reply) =>
        reply.Error is { Length: > 0 } ? Refused(shop, change, reply)
        : (reply.Response?.FailureList ?? []).FirstOrDefault(r => r is not null) is { } failed ? RefusedRow(shop, change, failed.FailedReason)
        : reply.Response?.SuccessList is { Count: > 0 } ? ChangeOutcome.Accepted(change.ExternalId)
        : Unclear(change, "unreadable", "The answer says nothing of this item.");

    /// <summary>Rows that stand beside an error say more than it.</summary>
    private static IReadOnlyList<ChangeOutcome> Rows(SellerSession shop, IReadOnlyList<ListingChange> changes, ShopeeReply<ShopeeRows> reply)
    {
        var failed = (reply.Response?.FailureList ?? []).Where(r => r?.ItemId is not null).ToLookup(r => r.ItemId!.Value);
        var done = (reply.Response?.SuccessList ?? []).Where(r => r?.ItemId is not null).Select(r => r.ItemId!.Value).ToHashSet();
        return
        [
            .. changes.Select(c => failed[Id(c)].FirstOrDefault() is { } row ? RefusedRow(shop, c, row.FailedReason)
                : reply.Error is { Length: > 0 } error ? RefusedAs(shop, c, error, reply.Message)
                : done.Contains(Id(c)) ? ChangeOutcome.Accepted(c.ExternalId)
                : Unclear(c, "unreadable", "The answer says nothing of this item.")),
        ];
    }

    private ChangeOutcome Deleted(SellerSession shop, ListingChange change, ShopeeReply<ShopeeWritten> reply) => reply.Error switch
    {
        "" => ChangeOutcome.Accepted(change.ExternalId, SeenStatus.Removed),
        ShopeeErrors.ItemNotFound => ChangeOutcome.Accepted(change.ExternalId, SeenStatus.Removed, reply.Error),
        _ => Refused(shop, change, reply),
    };

    private ChangeOutcome Refused(SellerSession shop, ListingChange change, ShopeeAnswer reply)
    {
        if (reply.Error == ShopeeErrors.InvalidLogistics)
        {
            channels.Forget(shop); // asked for anew with the next content
        }

        return RefusedAs(shop, change, reply.Error!, reply.Message);
    }

    /// <summary>The documents do not say whether a row's reason is a code or a text: what is spelt like a code is taken for one.</summary>
    private static ChangeOutcome RefusedRow(SellerSession shop, ListingChange change, string? reason)
    {
        var code = (reason ?? "").Split([' ', ':', ',', '.'], 2)[0];
        return RefusedAs(shop, change, code.StartsWith("error_", StringComparison.Ordinal) ? code : RowRefused, reason);
    }

    private static ChangeOutcome RefusedAs(SellerSession shop, ListingChange change, string code, string? text)
    {
        var outcome = ChangeOutcome.Failed(
            FailureKind.Rejected, Details.Of(code, ShopeeClient.SecretsOf(shop)), Details.Of(text, ShopeeClient.SecretsOf(shop)),
            ShopeeErrors.FieldOf(code)) with
        { ExternalId = change.ExternalId };
        return code == ShopeeErrors.NotWhileReviewed
            ? outcome with { Failure = FailureKind.RateLimited, RetryAfter = _whileReviewed }
            : outcome;
    }

    private static long Id(ListingChange change) => ShopeeSource.Number(change.ExternalId) ?? 0;

    private static ChangeOutcome Unclear(ListingChange change, string code, string detail) =>
        ChangeOutcome.Failed(FailureKind.Ambiguous, code, detail) with { ExternalId = change.ExternalId };
}
