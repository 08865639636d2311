using System.Globalization;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>What the platform tells about products: lists from the lagging index, details from the truth.</summary>
internal sealed class VosoListing(VosoPlatform platform)
{
    private const int PageLimit = 50;

    public Answer List(VosoMerchant merchant, CallRequest request)
    {
        var errors = VosoFields.Check(request.Json, VosoFields.List);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var body = JsonSerializer.Deserialize<ListBody>(request.Body, Wire.UpperCase)!;
        if (body.Page < 0 || body.PageSize is < 1 or > PageLimit || (body.State is { } state && !VosoStates.All.Contains(state)))
        {
            return VosoAnswers.Invalid(new FieldError("PAGE_SIZE", $"PAGE từ 0, PAGE_SIZE từ 1 đến {PageLimit}, STATE là trạng thái có thật"));
        }

        var found = platform.State.ProductsOf(merchant.Id)
            .Select(p => (Product: p, Shown: p.Index.LastOrDefault(i => i.VisibleAt <= platform.Now)))
            .Where(r => r.Shown is not null && Fits(r.Shown, body))
            .OrderBy(r => r.Shown!.UpdatedAt.ToUnixTimeMilliseconds()).ThenBy(r => r.Product.ProductId)
            .ToList();
        var page = found.Skip((int)Math.Min(int.MaxValue, (long)body.Page * body.PageSize)).Take(body.PageSize);
        return VosoAnswers.Ok(new { Total = found.Count, Items = page.Select(r => Row(r.Product, r.Shown!, request.UnknownStatus)) });
    }

    public Answer Detail(VosoMerchant merchant, CallRequest request)
    {
        if (request.Parameters.Count != 1
            || !long.TryParse(request.Parameters.GetValueOrDefault("PRODUCT_ID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return VosoAnswers.Invalid(new FieldError("PRODUCT_ID", "Cần mã sản phẩm là số"));
        }

        return platform.State.Product(id) is not { } product ? VosoAnswers.NotFound(id)
            : product.MerchantId != merchant.Id ? VosoAnswers.NotAllowed($"Sản phẩm {id} không thuộc gian hàng này")
            : VosoAnswers.Ok(Row(product, product.Index[^1], request.UnknownStatus));
    }

    public string? UrlOf(VosoProduct product, string state, string name) =>
        state == VosoStates.Approved ? $"{platform.BaseUrl}/{Slug.Of(name)}-p{product.ProductId}.html" : null;

    private static bool Fits(VosoIndexed shown, ListBody body) =>
        (body.State is null ? shown.State != VosoStates.Deleted : shown.State == body.State)
        && (body.MerchantSku is null || shown.MerchantSku == body.MerchantSku)
        && (body.UpdatedFrom is null || shown.UpdatedAt.ToUnixTimeMilliseconds() >= body.UpdatedFrom);

    private object Row(VosoProduct product, VosoIndexed shown, bool unknown) => new
    {
        product.ProductId,
        shown.MerchantSku,
        shown.ProductName,
        State = unknown ? VosoStates.Unknown : shown.State,
        shown.Reason,
        shown.Price,
        shown.Quantity,
        Url = UrlOf(product, shown.State, shown.ProductName),
        UpdatedAt = shown.UpdatedAt.ToUnixTimeMilliseconds()
    };
}
