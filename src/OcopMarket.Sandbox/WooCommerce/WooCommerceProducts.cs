using System.Text.Json;
using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>The product writes: one at a time, or at most 100 as a batch with an outcome for each.</summary>
internal sealed class WooCommerceProducts(WooCommercePlatform platform)
{
    private const int MostInBatch = 100;

    private WooCommerceState State => platform.State;

    public Answer Create(WooShop shop, CallRequest request) => Told(201, Create(shop, request.Json, request), request);

    public Answer Update(WooShop shop, long id, CallRequest request) => Told(200, Update(shop, id, request.Json, request), request);

    public Answer Delete(WooShop shop, long id, CallRequest request) =>
        Told(200, Delete(shop, id, request.Parameters.GetValueOrDefault("force") == "true", request), request);

    public Answer Batch(WooShop shop, CallRequest request)
    {
        var body = request.Json;
        if (body.ValueKind != JsonValueKind.Object)
        {
            return new WooError(400, "rest_invalid_json", "Invalid JSON body passed.").ToAnswer();
        }

        var (create, update, delete) = (Peek.List(body, "create"), Peek.List(body, "update"), Peek.List(body, "delete"));
        if (create.Count + update.Count + delete.Count > MostInBatch)
        {
            return new WooError(
                413, "woocommerce_rest_request_entity_too_large", $"Unable to accept more than {MostInBatch} items for this request.").ToAnswer();
        }

        var (answer, errors) = (new JsonObject(), new List<string>());
        Each("create", create, item => (0, Create(shop, item, request)));
        Each("update", update, item => WooInput.Number(item, "id") is { } id ? (id, Update(shop, id, item, request)) : (0, Missing()));

        // A batch always deletes for good.
        Each("delete", delete, item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var id) ? (id, Delete(shop, id, true, request)) : (0, Missing()));
        return WooCommerceAnswers.Json(200, answer, errors.FirstOrDefault());

        void Each(string name, IReadOnlyList<JsonElement> items, Func<JsonElement, (long Id, Outcome Outcome)> apply)
        {
            if (items.Count > 0)
            {
                answer[name] = new JsonArray([.. items.Select(apply).Select(o => Row(o.Id, o.Outcome, errors))]);
            }
        }
    }

    /// <summary>Answers for the shop's owner at his own screen.</summary>
    public void SetStatus(WooProduct product, string status) => Put(product with { Status = status }, "updated");

    private JsonNode Row(long id, Outcome outcome, List<string> errors)
    {
        if (outcome.Error is { } error)
        {
            errors.Add(error.Code);
            return new JsonObject { ["id"] = id, ["error"] = error.ToJson() };
        }

        return platform.Listing.Row(outcome.Product!);
    }

    private Outcome Create(WooShop shop, JsonElement body, CallRequest request)
    {
        var input = new WooInput(body);
        if (Refused(input.Sku, request) is { } refused)
        {
            return refused;
        }

        if ((input.Fault() ?? SkuFault(shop, input.Sku ?? "", 0)) is { } fault)
        {
            return new(null, fault);
        }

        if (platform.Pictures.Take(shop, input, request, out var images) is { } bad)
        {
            return new(null, bad);
        }

        var blank = new WooProduct(
            State.NextPost, shop.Slug, "", input.Type ?? "simple", "", "", "", "", false, null, WooCommerceStatus.Publish, [], [], platform.Now, platform.Now);
        return new(Put(Merged(blank, input, images ?? [], shop, request), "created"), null);
    }

    private Outcome Update(WooShop shop, long id, JsonElement body, CallRequest request)
    {
        if (State.Product(shop.Slug, id) is not { } product)
        {
            return new(null, WooError.NoSuchProduct with { Status = 400 });
        }

        var input = new WooInput(body);
        if (Refused(product.Sku, request) is { } refused)
        {
            return refused;
        }

        if ((input.Fault() ?? (input.Sku is { } sku ? SkuFault(shop, sku, id) : null)) is { } fault)
        {
            return new(null, fault);
        }

        return platform.Pictures.Take(shop, input, request, out var images) is { } bad
            ? new(null, bad)
            : new(Put(Merged(product, input, images ?? product.Images, shop, request), "updated"), null);
    }

    private Outcome Delete(WooShop shop, long id, bool force, CallRequest request)
    {
        if (State.Product(shop.Slug, id) is not { } product)
        {
            return new(null, WooError.NoSuchProduct);
        }

        if (Refused(product.Sku, request) is { } refused)
        {
            return refused;
        }

        return new(Put(force ? product with { Gone = true } : product with { Status = WooCommerceStatus.Trash }, "deleted"), null);
    }

    private static Outcome? Refused(string? sku, CallRequest request) =>
        request.UnknownError && (request.FaultSku is null || request.FaultSku == sku) ? new(null, WooCommerceAnswers.UnknownError()) : null;

    private WooProduct Merged(WooProduct product, WooInput input, IReadOnlyList<long> images, WooShop shop, CallRequest request)
    {
        var counts = input.ManageStock ?? product.ManageStock;
        var endsUnknown = request.UnknownStatus && (request.FaultSku is null || request.FaultSku == (input.Sku ?? product.Sku));
        var next = product with
        {
            Name = input.Name is { } name ? WooCommerceText.Name(name) : product.Name,
            Sku = input.Sku ?? product.Sku,
            RegularPrice = input.RegularPrice ?? product.RegularPrice,
            SalePrice = input.SalePrice ?? product.SalePrice,
            Description = input.Description is { } text ? WooCommerceText.Description(text) : product.Description,
            ManageStock = counts,
            StockQuantity = counts ? input.StockQuantity ?? product.StockQuantity : null,
            Status = endsUnknown ? WooCommerceStatus.Unknown : input.Status ?? product.Status,
            Categories = input.Categories is { } wanted ? Known(shop, wanted) : product.Categories.Count == 0 ? Known(shop, []) : product.Categories,
            Images = images
        };
        return next;
    }

    /// <summary>A category that the shop does not have is no error: what is left without any lands in the shop's default one.</summary>
    private IReadOnlyList<long> Known(WooShop shop, IReadOnlyList<long> wanted)
    {
        var own = State.CategoriesOf(shop.Slug).ToList();
        var known = wanted.Where(w => own.Exists(c => c.Id == w)).Distinct().ToList();
        return known.Count > 0 ? known : [own.First(c => c.Slug == WooCommercePlatform.Uncategorized).Id];
    }

    private WooError? SkuFault(WooShop shop, string sku, long self)
    {
        var others = sku.Length == 0 ? [] : State.BySku(shop.Slug, sku).Where(p => p.Id != self).ToList();
        return others.Find(p => p.Status != WooCommerceStatus.Trash) is { } other
            ? new WooError(400, "product_invalid_sku", "Invalid or duplicated SKU.", new JsonObject
            {
                ["resource_id"] = other.Id,
                ["unique_sku"] = $"{sku}-1"
            })
            : others.Count > 0
                ? new WooError(
                    400, "woocommerce_rest_product_not_created", $"The SKU ({sku}) you are trying to insert is already present in the lookup table")
                : null;
    }

    private WooProduct Put(WooProduct product, string what)
    {
        var kept = State.Products.Put(product with { ModifiedAt = platform.Now });
        platform.Hooks.Tell(kept, what);
        return kept;
    }

    private Answer Told(int http, Outcome outcome, CallRequest request) => outcome.Error is { } error
        ? error.ToAnswer()
        : WooCommerceAnswers.Json(http, platform.Listing.Row(outcome.Product!)) with
        {
            Location = http == 201 ? $"{platform.BaseUrl}{request.Path}/{outcome.Product!.Id}" : null
        };

    private static Outcome Missing() => new(null, WooError.InvalidParameter("id", "rest_invalid_type", "id is not of type integer."));

    private sealed record Outcome(WooProduct? Product, WooError? Error);
}
