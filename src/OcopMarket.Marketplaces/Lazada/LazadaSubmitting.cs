using System.Text.Json;
using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>One item a call, though some calls take more: the documents do not say what a refusal of one does to the others.</summary>
internal sealed class LazadaSubmitting(LazadaClient client, IMapper mapper, MarketplaceProfile profile)
{
    private const string Payload = "payload";

    /// <summary>What is not on sale is under review or off already: a read tells which, and a stop must not be given up meanwhile.</summary>
    private static readonly TimeSpan _whileNotOnline = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, MarketplaceCapabilities capabilities, CancellationToken cancellationToken)
    {
        Batches.Check(profile.Key, changes, capabilities);
        return changes is [var change] ? [Unsendable(change) ?? await SendAsync(shop, change, cancellationToken)] : [];
    }

    private ChangeOutcome? Unsendable(ListingChange change)
    {
        var outcome = Batches.Unsendable(change, profile, i => i.MediaId);
        if (outcome is null && change.Kind != ChangeKind.Create && LazadaId.Of(change.ExternalId) is not { Sku: not null })
        {
            outcome = ChangeOutcome.Failed(FailureKind.Misconfigured, "id_missing", "Lazada knows an item only by its item id and its SKU id.", "sku");
        }

        return outcome is null ? null : outcome with { ExternalId = change.ExternalId };
    }

    private async Task<ChangeOutcome> SendAsync(SellerSession shop, ListingChange change, CancellationToken cancellationToken)
    {
        try
        {
            return change.Kind switch
            {
                ChangeKind.Create => Created(shop, change, await WriteAsync("/product/create", Payload, Document(Product(change)))),
                ChangeKind.UpdateContent => Written(shop, change, await WriteAsync("/product/update", Payload, Document(Content(change)))),
                ChangeKind.SetPrice => Written(shop, change, await WriteAsync(
                    "/product/price_quantity/update", Payload, Document(Row(change, s => s with { Price = LazadaMapping.Dong(change.Product) })))),
                ChangeKind.SetStock => Written(shop, change, await WriteAsync(
                    "/product/price_quantity/update", Payload,
                    Document(Row(change, s => s with { Quantity = change.Product.StockUnits.ToString(System.Globalization.CultureInfo.InvariantCulture) })))),
                ChangeKind.Hide => Hidden(shop, change, await WriteAsync("/product/deactivate", "apiRequestBody", Stopped(change))),
                ChangeKind.Show => Written(shop, change, await WriteAsync("/product/update", Payload, Document(Shown(change)))),
                ChangeKind.Delete => Removed(shop, change, await WriteAsync(
                    "/product/remove", "sku_id_list", JsonSerializer.Serialize(new[] { $"SkuId_{Id(change).Item}_{Id(change).Sku}" }))),
                var kind => throw new ArgumentOutOfRangeException(nameof(change), kind, "Lazada takes no such change."),
            };
        }
        catch (FateUnknownException e)
        {
            return Unclear(change, e.Code, e.Detail);
        }

        Task<LazadaAnswer> WriteAsync(string path, string name, string document) => client.WriteAsync(shop, path, name, document, cancellationToken);
    }

    private static string Document(LazadaProduct product) => JsonSerializer.Serialize(new LazadaDocument(new(product)), LazadaJson.Options);

    private LazadaProduct Product(ListingChange change) =>
        mapper.Map<LazadaProduct>(new LazadaSource(change.Product, profile, client.Options.NoBrand, client.Options.NoBrandId));

    /// <summary>Brand and category are what the seller may have chosen otherwise over there: an edit leaves them. Pictures are the SKU's: of the product's
    /// own an edit is not documented.</summary>
    private LazadaProduct Content(ListingChange change)
    {
        var product = Product(change);
        return product with
        {
            ItemId = Id(change).Item,
            PrimaryCategory = null,
            Images = null,
            Attributes = product.Attributes!.Where(a => a.Key is not ("brand" or "brand_id")).ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal),
            Skus = new([product.Skus!.Sku[0] with { SkuId = Id(change).Sku, SellerSku = null, StartPrice = null, StartQuantity = null }]),
        };
    }

    private static LazadaProduct Row(ListingChange change, Func<LazadaSku, LazadaSku> fill) =>
        new() { Skus = new([fill(new() { ItemId = Id(change).Item, SkuId = Id(change).Sku })]) };

    /// <summary>There is no call that puts on sale again: the SKU's own state is set, as the sheet recalls it.</summary>
    private static LazadaProduct Shown(ListingChange change) =>
        new() { ItemId = Id(change).Item, Skus = new([new() { SkuId = Id(change).Sku, Status = "active" }]) };

    /// <summary>Of this call the documents show XML only; both are numbers.</summary>
    private static string Stopped(ListingChange change) =>
        $"<Request><Product><ItemId>{Id(change).Item}</ItemId><Skus><SkuId>{Id(change).Sku}</SkuId></Skus></Product></Request>";

    private static ChangeOutcome Created(SellerSession shop, ListingChange change, LazadaAnswer reply)
    {
        if (reply.Code != "0")
        {
            return Refused(shop, change, reply);
        }

        var sku = (LazadaJson.List(reply.Data, "sku_list") ?? []).FirstOrDefault(s => LazadaJson.Text(s, "seller_sku") == change.Product.SellerSku);
        var id = LazadaId.Of($"{LazadaJson.Text(reply.Data, "item_id")}-{LazadaJson.Text(sku, "sku_id")}");
        var status = LazadaJson.Text(reply.Data, "item_status");
        return id is null
            ? Unclear(change, "unreadable", "The answer does not name the item and its SKU.") // it stands there: the look-up names it
            : ChangeOutcome.Accepted(id.ToString(), status is null ? null : LazadaStatus.ToCanonical(status, null, change.Product.StockUnits), status);
    }

    private static ChangeOutcome Written(SellerSession shop, ListingChange change, LazadaAnswer reply)
    {
        if (reply.Code != "0")
        {
            return Refused(shop, change, reply);
        }

        // The stock is not known here.
        var status = LazadaJson.Text(reply.Data, "item_status");
        return ChangeOutcome.Accepted(change.ExternalId, status is null ? null : LazadaStatus.ToCanonical(status, null, null), status);
    }

    private static ChangeOutcome Hidden(SellerSession shop, ListingChange change, LazadaAnswer reply) => reply.Code == LazadaErrors.NotOnline
        ? Refused(shop, change, reply) with { Failure = FailureKind.RateLimited, RetryAfter = _whileNotOnline }
        : Written(shop, change, reply);

    private static ChangeOutcome Removed(SellerSession shop, ListingChange change, LazadaAnswer reply) => reply.Code == "0"
        ? ChangeOutcome.Accepted(change.ExternalId, SeenStatus.Removed)
        : Refused(shop, change, reply);

    private static ChangeOutcome Refused(SellerSession shop, ListingChange change, LazadaAnswer reply) => ChangeOutcome.Failed(
        FailureKind.Rejected, Details.Of(reply.Code, LazadaClient.SecretsOf(shop)), Details.Of(LazadaClient.Words(reply), LazadaClient.SecretsOf(shop)),
        LazadaErrors.FieldOf(reply.Code!, LazadaClient.Causes(reply).Select(c => c.Field).Where(f => f.Length > 0))) with
    {
        ExternalId = change.ExternalId,
        SkuTaken = change.Kind == ChangeKind.Create && LazadaErrors.IsSkuTaken(reply.Code!),
    };

    private static LazadaId Id(ListingChange change) => LazadaId.Of(change.ExternalId)!;

    private static ChangeOutcome Unclear(ListingChange change, string code, string detail) =>
        ChangeOutcome.Failed(FailureKind.Ambiguous, code, detail) with { ExternalId = change.ExternalId };
}
