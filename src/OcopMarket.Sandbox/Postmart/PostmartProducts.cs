using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>The item writes of sections 6 and 10, one item at a time.</summary>
internal sealed class PostmartProducts(PostmartPlatform platform)
{
    private static readonly ItemError Locked = new("ITEM_LOCKED", "itemCode", "Mặt hàng đang bị khóa.");
    private static readonly ItemError Unknown = new("NGHIEP_VU_7731", "itemCode", "Yêu cầu bị từ chối, mã 7731.");

    private PostmartState State => platform.State;

    public IReadOnlyList<ItemResult> Create(ItemsBody body, CallRequest request) =>
        Each(body.Items, i => i.ItemCode, request, item => Create(body.ShopCode, item, EndsUnknown(item, request)));

    public IReadOnlyList<ItemResult> Update(ItemsBody body, CallRequest request) =>
        Each(body.Items, i => i.ItemCode, request, item => Update(body.ShopCode, item, EndsUnknown(item, request)));

    public IReadOnlyList<ItemResult> PriceStock(PriceStockBody body, CallRequest request) =>
        Each(body.Items, i => i.ItemCode, request, item => PriceStock(body.ShopCode, item));

    public IReadOnlyList<ItemResult> Status(StatusBody body, CallRequest request) =>
        Each(body.Items, i => i.ItemCode, request, item => ChangeStatus(body.ShopCode, item));

    private static bool EndsUnknown(ItemBody item, CallRequest request) =>
        request.UnknownStatus && (request.FaultSku is null || request.FaultSku == item.ItemCode);

    private static List<ItemResult> Each<T>(
        IReadOnlyList<T> items, Func<T, string> codeOf, CallRequest request, Func<T, ItemResult> apply)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var results = new List<ItemResult>();
        foreach (var item in items)
        {
            var code = codeOf(item);
            results.Add(
                request.UnknownError && (request.FaultSku is { } sku ? sku == code : results.Count == 0) ? ItemResult.Refused(code, Unknown)
                : seen.Contains(code) ? ItemResult.Refused(code, Existed(code))
                : apply(item));
            seen.Add(code);
        }

        return results;
    }

    private ItemResult Create(string shop, ItemBody body, bool endsUnknown)
    {
        var standing = State.ItemBySku(shop, body.ItemCode);
        if (standing is not null && standing.Status != PostmartStatus.Deleted)
        {
            return ItemResult.Refused(body.ItemCode, Existed(body.ItemCode), standing);
        }

        var (price, quantity) = (body.Price ?? 0, body.Quantity ?? -1);
        var error = PostmartItemRules.CheckContent(body, State, platform.Settings, Hanoi.DayOf(platform.Now))
            ?? PostmartItemRules.CheckPrice(price, body.SalePrice)
            ?? PostmartItemRules.CheckQuantity(quantity)
            ?? CheckDay(shop);
        if (error is not null)
        {
            return ItemResult.Refused(body.ItemCode, error);
        }

        var id = State.NextProductId;
        var lag = platform.Settings.ListLagSeconds * Chance.Of(platform.Settings.Seed, "lag", id);
        var item = new PostmartItem(
            id, shop, PostmartContent.Of(body), price, body.SalePrice, quantity, PostmartStatus.Draft, platform.Now, platform.Now,
            platform.Now.AddSeconds(lag))
        { EndsUnknown = endsUnknown };
        return ItemResult.Of(State.Items.Put(body.Submit ? Submitted(item with { Status = PostmartStatus.InReview }) : item));
    }

    private ItemResult Update(string shop, ItemBody body, bool endsUnknown)
    {
        if (Standing(shop, body.ItemCode) is not { } item)
        {
            return NotFound(body.ItemCode);
        }

        var error = item.Status == PostmartStatus.Locked
            ? Locked
            : PostmartItemRules.CheckContent(body, State, platform.Settings, Hanoi.DayOf(platform.Now));
        if (error is not null)
        {
            return ItemResult.Refused(body.ItemCode, error, item);
        }

        var edited = item with { UpdatedAt = platform.Now, EndsUnknown = item.EndsUnknown || endsUnknown };
        return ItemResult.Of(State.Items.Put(WithContent(edited, PostmartContent.Of(body), body.Submit)));
    }

    /// <summary>From nháp and từ chối it is submitted again, from đang bán and hết hàng the old version stays live
    /// meanwhile.</summary>
    private PostmartItem WithContent(PostmartItem item, PostmartContent content, bool submit) => item.Status switch
    {
        PostmartStatus.Draft or PostmartStatus.Refused when submit =>
            Submitted(item with { Content = content, Status = PostmartStatus.InReview, RejectReasons = [] }),
        PostmartStatus.InReview => Submitted(item with { Content = content }),
        PostmartStatus.OnSale or PostmartStatus.SoldOut or PostmartStatus.Unknown =>
            Submitted(item with { Pending = content, RejectReasons = [] }),
        _ => item with { Content = content, Pending = null }
    };

    private ItemResult PriceStock(string shop, PriceStockItem body)
    {
        if (Standing(shop, body.ItemCode) is not { } item)
        {
            return NotFound(body.ItemCode);
        }

        var price = body.Price ?? item.Price;
        var salePrice = body.SalePrice.ValueKind switch
        {
            JsonValueKind.Undefined => item.SalePrice,
            JsonValueKind.Null => null,
            _ => (long?)body.SalePrice.GetInt64()
        };
        var quantity = body.Quantity ?? item.Quantity;
        var error = item.Status == PostmartStatus.Locked
            ? Locked
            : PostmartItemRules.CheckPrice(price, salePrice) ?? PostmartItemRules.CheckQuantity(quantity);
        if (error is not null)
        {
            return ItemResult.Refused(body.ItemCode, error, item);
        }

        var status = item.Status is PostmartStatus.OnSale or PostmartStatus.SoldOut ? PostmartStatus.OnSaleWith(quantity) : item.Status;
        return ItemResult.Of(State.Items.Put(
            item with { Price = price, SalePrice = salePrice, Quantity = quantity, Status = status, UpdatedAt = platform.Now }));
    }

    private ItemResult ChangeStatus(string shop, StatusItem body)
    {
        if (State.ItemBySku(shop, body.ItemCode) is not { } item)
        {
            return NotFound(body.ItemCode);
        }

        var next = (body.Action, item.Status) switch
        {
            ("HIDE", PostmartStatus.OnSale or PostmartStatus.SoldOut or PostmartStatus.Hidden) => PostmartStatus.Hidden,
            ("SHOW", PostmartStatus.Hidden) => PostmartStatus.OnSaleWith(item.Quantity),
            ("SHOW", PostmartStatus.OnSale or PostmartStatus.SoldOut) => item.Status,
            ("DELETE", not PostmartStatus.Locked) => PostmartStatus.Deleted,
            _ => (int?)null
        };
        if (next is null)
        {
            return ItemResult.Refused(body.ItemCode, Invalid(body.Action, item.Status), item, tellStatus: true);
        }

        if (next == item.Status)
        {
            return ItemResult.Of(item);
        }

        var changed = item with { Status = next.Value, UpdatedAt = platform.Now };
        return ItemResult.Of(State.Items.Put(
            next == PostmartStatus.Deleted ? changed with { ReviewDueAt = null, Pending = null } : changed));
    }

    private PostmartItem Submitted(PostmartItem item)
    {
        var submission = item.Submission + 1;
        var delay = Moderator.Delay(platform.Settings, item.ShopCode, item.Content.ItemCode, submission);
        return item with { Submission = submission, ReviewDueAt = platform.Now + delay };
    }

    private PostmartItem? Standing(string shop, string code) =>
        State.ItemBySku(shop, code) is { } item && item.Status != PostmartStatus.Deleted ? item : null;

    private ItemError? CheckDay(string shop) =>
        platform.Settings.NewItemsPerDay is > 0 and var cap && State.CreatedOnDay(shop, platform.Now) >= cap
            ? new ItemError("LIMIT_EXCEEDED", "itemCode", $"Gian hàng đã đăng đủ {cap} mặt hàng mới trong ngày.")
            : null;

    private static ItemError Existed(string code) => new("ITEM_CODE_EXISTED", "itemCode", $"Mã hàng {code} đã có trong gian hàng.");

    private static ItemResult NotFound(string code) =>
        ItemResult.Refused(code, new ItemError("ITEM_NOT_FOUND", "itemCode", $"Không tìm thấy mã hàng {code}."));

    private static ItemError Invalid(string action, int status)
    {
        var verb = action switch
        {
            "HIDE" => "ẩn",
            "SHOW" => "hiện",
            _ => "xóa"
        };
        return new ItemError("STATUS_INVALID", "action", $"Không thể {verb} mặt hàng đang ở trạng thái {PostmartStatus.Name(status)}.");
    }
}
