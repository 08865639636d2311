using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>The product writes of sections 4 and 6. Nothing here is unique but <c>PRODUCT_ID</c>.</summary>
internal sealed class VosoProducts(VosoPlatform platform)
{
    private const int MaxInventory = 200;

    private VosoState State => platform.State;

    public Answer Create(VosoMerchant merchant, CallRequest request)
    {
        var errors = VosoFields.Check(request.Json, VosoFields.Create, VosoFields.Attribute);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var body = Read<CreateBody>(request);
        var content = body.ToContent();
        var discount = body.ProductDiscountPrice is 0 ? null : body.ProductDiscountPrice;
        errors =
        [
            .. VosoContentRules.Check(content, platform.Settings),
            .. VosoContentRules.CheckPrice(body.ProductPrice, discount, body.ProductQuantity, "PRODUCT_")
        ];
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var product = new VosoProduct(
            State.NextProductId, merchant.Id, content, body.ProductPrice, discount, body.ProductQuantity, VosoStates.Draft,
            platform.Now, platform.Now)
        { EndsUnknown = request.UnknownStatus };
        return Told(Put(Submitted(product)));
    }

    public Answer Update(VosoMerchant merchant, CallRequest request)
    {
        var errors = VosoFields.Check(request.Json, VosoFields.Update, VosoFields.Attribute);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var body = Read<UpdateBody>(request);
        if (Refusal(merchant, body.ProductId, out var product) is { } refusal)
        {
            return refusal;
        }

        var content = body.ToContent();
        errors = VosoContentRules.Check(content, platform.Settings);
        return product.State switch
        {
            VosoStates.Deleted => VosoAnswers.NotFound(body.ProductId),
            VosoStates.Locked => VosoAnswers.Locked($"Sản phẩm {body.ProductId} đang bị khóa"),
            _ when errors.Count > 0 => VosoAnswers.Invalid(errors),
            VosoStates.Stopped => Told(Put(product with { Content = content })),
            _ => Told(Put(Submitted(product with { Content = content, EndsUnknown = product.EndsUnknown || request.UnknownStatus })))
        };
    }

    public Answer UpdateInventory(VosoMerchant merchant, CallRequest request)
    {
        var errors = VosoFields.Check(request.Json, VosoFields.Inventory, VosoFields.InventoryItem);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var list = Read<InventoryBody>(request).List;
        return list.Count is 0 or > MaxInventory
            ? VosoAnswers.Invalid(new FieldError("LIST", $"Mỗi lần gửi từ 1 đến {MaxInventory} sản phẩm"))
            : VosoAnswers.Ok(list.Select(i => UpdateInventory(merchant, i)).ToList());
    }

    public Answer ChangeState(VosoMerchant merchant, CallRequest request)
    {
        var errors = VosoFields.Check(request.Json, VosoFields.ChangeState);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var body = Read<StateBody>(request);
        if (Refusal(merchant, body.ProductId, out var product) is { } refusal)
        {
            return refusal;
        }

        var allowed = (product.State, body.State) switch
        {
            (VosoStates.Stopped, VosoStates.Approved) => true,
            (VosoStates.Approved, VosoStates.Stopped) => true,
            (not VosoStates.Locked, VosoStates.Deleted) => true,
            _ => false
        };
        return allowed
            ? Told(Put(product with { State = body.State, ReviewDueAt = null, NextFetchAt = null }))
            : VosoAnswers.Invalid(new FieldError("STATE", $"Không thể chuyển từ {product.State} sang {body.State}"));
    }

    /// <summary>Keeps a change; lists show it after a lag of its own, and never before an earlier one.</summary>
    public VosoProduct Put(VosoProduct product)
    {
        var version = product.Version + 1;
        var settings = platform.Settings;
        var lag = settings.ListLagSeconds * Chance.Of(settings.Seed, "lag", VosoState.IdText(product.ProductId), $"{version}");
        var visibleAt = platform.Now.AddSeconds(lag);
        if (product.Index.Count > 0 && product.Index[^1].VisibleAt > visibleAt)
        {
            visibleAt = product.Index[^1].VisibleAt;
        }

        var shown = product.Index.LastOrDefault(i => i.VisibleAt <= platform.Now);
        var indexed = new VosoIndexed(
            product.State, product.Reason, product.Content.MerchantSku, product.Content.ProductName, product.Price, product.Quantity,
            platform.Now, visibleAt);
        var index = product.Index.Where(i => i == shown || i.VisibleAt > platform.Now).Append(indexed);
        return State.Products.Put(product with { UpdatedAt = platform.Now, Version = version, Index = [.. index] });
    }

    private VosoProduct Submitted(VosoProduct product)
    {
        var submission = product.Submission + 1;
        var merchant = VosoState.IdText(product.MerchantId);
        var settings = platform.Settings;
        return product with
        {
            State = VosoStates.Waiting,
            Reason = null,
            Submission = submission,
            SubmittedAt = platform.Now,
            ReviewDueAt = platform.Now + Moderator.Delay(settings, merchant, product.Content.MerchantSku, submission),
            NextFetchAt = settings.FetchImages ? platform.Now.AddSeconds(settings.ImageTrySeconds[0]) : null,
            FetchTries = 0,
            Fetched = [],
            Unfetched = []
        };
    }

    private InventoryResult UpdateInventory(VosoMerchant merchant, InventoryItem item)
    {
        if (State.Product(item.ProductId) is not { } product || product.MerchantId != merchant.Id || product.State == VosoStates.Deleted)
        {
            return new InventoryResult(item.ProductId, true, $"Không tìm thấy sản phẩm {item.ProductId}");
        }

        var price = item.Price ?? product.Price;
        var discount = item.DiscountPrice is { } given ? given == 0 ? null : given : product.DiscountPrice;
        var quantity = item.Quantity ?? product.Quantity;
        var error = product.State == VosoStates.Locked
            ? $"Sản phẩm {item.ProductId} đang bị khóa"
            : VosoContentRules.CheckPrice(price, discount, quantity).FirstOrDefault()?.Message;
        if (error is not null)
        {
            return new InventoryResult(item.ProductId, true, error);
        }

        Put(product with { Price = price, DiscountPrice = discount, Quantity = quantity });
        return new InventoryResult(item.ProductId, false, null);
    }

    private Answer? Refusal(VosoMerchant merchant, long id, out VosoProduct product)
    {
        product = State.Product(id)!;
        return product is null ? VosoAnswers.NotFound(id)
            : product.MerchantId != merchant.Id ? VosoAnswers.NotAllowed($"Sản phẩm {id} không thuộc gian hàng này")
            : null;
    }

    private static Answer Told(VosoProduct product) => VosoAnswers.Ok(new { product.ProductId, product.State });

    private static T Read<T>(CallRequest request) => JsonSerializer.Deserialize<T>(request.Body, Wire.UpperCase)!;
}
