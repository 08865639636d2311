using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>The item writes of section 8.</summary>
internal sealed class ShopeeItems(ShopeePlatform platform)
{
    private const int MaxRows = 50;

    private ShopeeState State => platform.State;

    /// <summary>Nothing makes a seller's code unique: whoever sends twice has two items.</summary>
    public Answer Add(long shop, ItemBody body, CallRequest request)
    {
        if (body is not
            {
                ItemId: null, ItemName: { } name, Description: { } description, CategoryId: { } category, OriginalPrice: { } price,
                Weight: { } weight, Image: { } image, LogisticInfo: { } logistics, Brand: { } brand, SellerStock: [{ Stock: var stock }]
            })
        {
            return ShopeeAnswers.Refused("error_param", "A required field is missing.");
        }

        if (body.ItemStatus is not (null or ShopeeStatus.Normal or ShopeeStatus.Unlisted) || body.ItemSku is { Length: > 100 })
        {
            return ShopeeAnswers.Refused("error_param", "Invalid item_status or item_sku.");
        }

        var content = new ShopeeContent(name, description, category, weight, body.Dimension, image.ImageIdList, logistics, brand, body.AttributeList ?? []);
        var dong = (long)Math.Round(price, MidpointRounding.AwayFromZero);
        if ((ShopeeItemRules.CheckContent(content, State, platform.Settings) ?? ShopeeItemRules.CheckPrice(dong) ?? ShopeeItemRules.CheckStock(stock))
            is { } refusal)
        {
            return ShopeeAnswers.Refused(refusal.Error, refusal.Message);
        }

        var id = State.NextItemId;
        var lag = platform.Settings.ListLagSeconds * Chance.Of(platform.Settings.Seed, "lag", ShopeeState.IdText(id));
        var item = new ShopeeItemRow(
            id, shop, body.ItemSku ?? "", content, dong, stock, ShopeeStatus.Reviewing, platform.Now, platform.Now, platform.Now.AddSeconds(lag))
        {
            Condition = body.Condition ?? "NEW",
            AfterReview = body.ItemStatus ?? ShopeeStatus.Normal,
            EndsUnknown = request.UnknownStatus,
        };
        return ShopeeAnswers.Response(Written(State.Items.Put(Submitted(item))));
    }

    /// <summary>Only what was sent changes. On sale it stays so and is looked at afterwards; one that was banned is reviewed before.</summary>
    public Answer Update(long shop, ItemBody body)
    {
        if (body.ItemId is not { } id || body.OriginalPrice is not null || body.SellerStock is not null)
        {
            return ShopeeAnswers.Refused("error_param", "item_id is missing, or price or stock stand in the wrong call.");
        }

        if (Standing(shop, id) is not { } item)
        {
            return NotFound();
        }

        var old = item.Content;
        var content = new ShopeeContent(
            body.ItemName ?? old.ItemName, body.Description ?? old.Description, body.CategoryId ?? old.CategoryId, body.Weight ?? old.Weight,
            body.Dimension ?? old.Dimension, body.Image?.ImageIdList ?? old.Images, body.LogisticInfo ?? old.Logistics, body.Brand ?? old.Brand,
            body.AttributeList ?? old.Attributes);
        if (ShopeeItemRules.CheckContent(content, State, platform.Settings) is { } refusal)
        {
            return ShopeeAnswers.Refused(refusal.Error, refusal.Message);
        }

        var edited = item with { Content = content, Sku = body.ItemSku ?? item.Sku, UpdatedAt = platform.Now };
        edited = item.Status == ShopeeStatus.Banned ? edited with { Status = ShopeeStatus.Reviewing, Violations = [] } : edited;
        return ShopeeAnswers.Response(Written(State.Items.Put(Submitted(edited))));
    }

    public Answer Price(long shop, PriceBody body)
    {
        if (body.PriceList is not [{ ModelId: null or 0 } row])
        {
            return ShopeeAnswers.Refused("error_param", "An item without models has exactly one price.");
        }

        if (Standing(shop, body.ItemId) is not { } item)
        {
            return NotFound();
        }

        var dong = (long)Math.Round(row.OriginalPrice, MidpointRounding.AwayFromZero);
        if (ShopeeItemRules.CheckPrice(dong) is { } refusal)
        {
            return ShopeeAnswers.Response(new { FailureList = new[] { new { ModelId = 0, FailedReason = refusal.Message } }, SuccessList = Array.Empty<object>() });
        }

        State.Items.Put(item with { Price = dong, UpdatedAt = platform.Now });
        return ShopeeAnswers.Response(new { FailureList = Array.Empty<object>(), SuccessList = new[] { new { ModelId = 0, OriginalPrice = dong } } });
    }

    public Answer Stock(long shop, StockChangeBody body)
    {
        if (body.StockList is not [{ ModelId: null or 0, SellerStock: [{ Stock: var stock }] }])
        {
            return ShopeeAnswers.Refused("error_param", "An item without models has exactly one stock.");
        }

        if (Standing(shop, body.ItemId) is not { } item)
        {
            return NotFound();
        }

        if (ShopeeItemRules.CheckStock(stock) is { } refusal)
        {
            return ShopeeAnswers.Response(new { FailureList = new[] { new { ModelId = 0, FailedReason = refusal.Message } }, SuccessList = Array.Empty<object>() });
        }

        State.Items.Put(item with { Stock = stock, UpdatedAt = platform.Now });
        return ShopeeAnswers.Response(new { FailureList = Array.Empty<object>(), SuccessList = new[] { new { ModelId = 0, Stock = stock } } });
    }

    public Answer Unlist(long shop, UnlistBody body)
    {
        if (body.ItemList.Count is 0 or > MaxRows)
        {
            return ShopeeAnswers.Refused("error_param", "item_list takes 1 to 50 items.");
        }

        var (done, failed) = (new List<object>(), new List<object>());
        foreach (var row in body.ItemList)
        {
            var reason = Standing(shop, row.ItemId) switch
            {
                null => "error_item_not_found",
                { Status: ShopeeStatus.Reviewing or ShopeeStatus.Banned } => "error_busi_cannot_delist_reviewing_or_banned_item",
                var item => Turn(item, row.Unlist)
            };
            if (reason is null)
            {
                done.Add(new { row.ItemId, row.Unlist });
            }
            else
            {
                failed.Add(new { row.ItemId, FailedReason = reason });
            }
        }

        var lists = new { FailureList = failed, SuccessList = done };
        return done.Count > 0 ? ShopeeAnswers.Response(lists) : ShopeeAnswers.Refused("error_unlist_item_all_failed", "All items failed.", lists);
    }

    public Answer Delete(long shop, DeleteBody body)
    {
        if (Standing(shop, body.ItemId) is not { } item)
        {
            return NotFound();
        }

        State.Items.Put(item with { Status = ShopeeStatus.SellerDeleted, ReviewDueAt = null, UpdatedAt = platform.Now });
        return ShopeeAnswers.Response(new { });
    }

    private string? Turn(ShopeeItemRow item, bool unlist)
    {
        var status = unlist ? ShopeeStatus.Unlisted : ShopeeStatus.Normal;
        if (item.Status != status)
        {
            State.Items.Put(item with { Status = status, UpdatedAt = platform.Now });
        }

        return null;
    }

    private ShopeeItemRow Submitted(ShopeeItemRow item)
    {
        var submission = item.Submission + 1;
        var delay = Moderator.Delay(platform.Settings, ShopeeState.IdText(item.ShopId), item.Sku, submission);
        return item with { Submission = submission, ReviewDueAt = platform.Now + delay };
    }

    private ShopeeItemRow? Standing(long shop, long id) => State.Item(shop, id) is { } item && !ShopeeStatus.IsGone(item.Status) ? item : null;

    private object Written(ShopeeItemRow item) => new
    {
        item.ItemId,
        item.Content.ItemName,
        ItemStatus = item.Status,
        item.Content.CategoryId,
        item.Content.Description,
        Images = new { ImageIdList = item.Content.Images, ImageUrlList = item.Content.Images.Select(platform.ImageUrlOf) },
        PriceInfo = new { CurrentPrice = item.Price, OriginalPrice = item.Price },
        LogisticInfo = item.Content.Logistics,
        Attributes = item.Content.Attributes,
        item.Content.Weight,
        item.Content.Dimension,
        item.Content.Brand,
        SellerStock = new[] { new { item.Stock } },
        item.Condition,
    };

    private static Answer NotFound() => ShopeeAnswers.Refused("error_item_not_found", "Item is not found.");
}
