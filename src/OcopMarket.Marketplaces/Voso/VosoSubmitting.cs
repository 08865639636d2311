using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>One product a call, or up to 200 rows of price or stock, and the answer as one outcome per change.</summary>
internal sealed class VosoSubmitting(VosoClient client, IMapper mapper, MarketplaceProfile profile)
{
    private readonly ErrorDictionary _dictionary = new(profile);

    public async Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, MarketplaceCapabilities capabilities, CancellationToken cancellationToken)
    {
        Batches.Check(profile.Key, changes, capabilities);
        var outcomes = changes.Select(Unsendable).ToArray();
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

    private ChangeOutcome? Unsendable(ListingChange change)
    {
        if (change.Kind == ChangeKind.Create || Id(change) is not null)
        {
            return Batches.Unsendable(change, profile, i => i.Url);
        }

        return ChangeOutcome.Failed(FailureKind.Misconfigured, "id_missing", "Voso knows a product only by its PRODUCT_ID.", "sku") with
        { ExternalId = change.ExternalId };
    }

    private async Task<IReadOnlyList<ChangeOutcome>> SendAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            var envelope = await client.CallAsync(Request(changes), shop.AccessToken, cancellationToken);
            var isBatch = changes[0].Kind is ChangeKind.SetPrice or ChangeKind.SetStock;
            if (envelope.Error == true && (isBatch || IsWholeCall(envelope)))
            {
                throw client.Refused(envelope, shop.AccessToken);
            }

            return isBatch ? Rows(envelope, changes, shop.AccessToken) : [One(envelope, changes[0], shop.AccessToken)];
        }
        catch (FateUnknownException e)
        {
            return [.. changes.Select(c => Unclear(c, e.Code, e.Detail))];
        }
    }

    private RestRequest Request(IReadOnlyList<ListingChange> changes) => changes[0].Kind switch
    {
        ChangeKind.Create => VosoClient.Json("/v2/product/create", Product(changes[0])),
        ChangeKind.UpdateContent => VosoClient.Json("/v2/product/update", Product(changes[0])),
        ChangeKind.SetPrice => Inventory(changes, c => new()
        {
            ProductId = Id(c)!.Value,
            Price = PlatformJson.Whole(c.Product.PriceVnd),
            DiscountPrice = PlatformJson.Whole(c.Product.SalePriceVnd ?? 0),
        }),
        ChangeKind.SetStock => Inventory(changes, c => new() { ProductId = Id(c)!.Value, Quantity = c.Product.StockUnits }),
        ChangeKind.Hide => State(changes[0], "STOPPED"),
        ChangeKind.Show => State(changes[0], "APPROVED"),
        ChangeKind.Delete => State(changes[0], "DELETED"),
        var kind => throw new ArgumentOutOfRangeException(nameof(changes), kind, "Voso takes no such change."),
    };

    private VosoProduct Product(ListingChange change) =>
        mapper.Map<VosoProduct>(new VosoSource(change.Product, profile, change.Kind == ChangeKind.Create ? null : Id(change)));

    private static RestRequest Inventory(IReadOnlyList<ListingChange> changes, Func<ListingChange, VosoInventoryRow> row) =>
        VosoClient.Json("/v2/product/updateInventory", new VosoInventory([.. changes.Select(row)]));

    private static RestRequest State(ListingChange change, string state) =>
        VosoClient.Json("/v2/product/changeState", new VosoStateChange(Id(change)!.Value, state));

    private static long? Id(ListingChange change) =>
        long.TryParse(change.ExternalId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static bool IsWholeCall(VosoEnvelope envelope) =>
        envelope.Status is VosoErrors.Locked or VosoErrors.NotAllowed && !VosoErrors.SpeaksOfProduct(envelope.Message);

    private static ChangeOutcome One(VosoEnvelope envelope, ListingChange change, Secret token)
    {
        if (envelope.Error == true)
        {
            return Refused(envelope, change, token);
        }

        var answer = VosoClient.Data<VosoState>(envelope);
        var id = answer?.ProductId ?? change.ExternalId;
        return id is null
            ? Unclear(change, "unreadable", "The answer names no PRODUCT_ID.")
            : ChangeOutcome.Accepted(id, SeenAfter(answer?.State, change), answer?.State);
    }

    // The answer names the state without the stock: only the stock that a create carries is known here.
    private static SeenStatus? SeenAfter(string? state, ListingChange change) => state is null
        ? null
        : VosoStatus.ToCanonical(state, change.Product.StockUnits);

    private static ChangeOutcome Refused(VosoEnvelope envelope, ListingChange change, Secret token)
    {
        if (change.Kind == ChangeKind.Delete && envelope.Status == VosoErrors.NotFound)
        {
            return ChangeOutcome.Accepted(change.ExternalId, SeenStatus.Removed, VosoErrors.Code(envelope.Status));
        }

        var fields = VosoClient.Data<IReadOnlyList<VosoFieldError>>(envelope) ?? [];
        fields = [.. fields.Where(f => f is not null)];
        var text = fields.Count == 0 ? envelope.Message : string.Join("; ", fields.Select(f => $"{f.Field}: {f.Message}"));
        return ChangeOutcome.Failed(
            VosoErrors.KindOf(envelope.Status ?? 0), VosoErrors.Code(envelope.Status), Details.Of(text, token),
            VosoErrors.FieldOf(fields.Count == 0 ? null : fields[0].Field)) with
        {
            ExternalId = change.ExternalId,
            Status = envelope.Status == VosoErrors.Locked ? SeenStatus.Locked : null,
        };
    }

    private IReadOnlyList<ChangeOutcome> Rows(VosoEnvelope envelope, IReadOnlyList<ListingChange> changes, Secret token)
    {
        var rows = (VosoClient.Data<IReadOnlyList<VosoInventoryAnswer>>(envelope) ?? []).Where(r => r is not null).ToLookup(r => r.ProductId);
        return [.. changes.Select(c => Row(rows[c.ExternalId].FirstOrDefault(), c, token))];
    }

    private ChangeOutcome Row(VosoInventoryAnswer? row, ListingChange change, Secret token) => row?.Error switch
    {
        null => Unclear(change, "unreadable", "The answer says nothing of this product."),
        false => ChangeOutcome.Accepted(change.ExternalId),
        true => ChangeOutcome.Failed(FailureKind.Rejected, _dictionary.Find(null, row.Message).Key, Details.Of(row.Message, token)) with
        { ExternalId = change.ExternalId },
    };

    private static ChangeOutcome Unclear(ListingChange change, string code, string detail) =>
        ChangeOutcome.Failed(FailureKind.Ambiguous, code, detail) with { ExternalId = change.ExternalId };
}
