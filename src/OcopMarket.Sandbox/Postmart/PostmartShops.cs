using System.Text.RegularExpressions;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Section 3: shops, and opening them as post staff would.</summary>
internal sealed partial class PostmartShops(PostmartPlatform platform)
{
    private const int PageLimit = 200;

    private PostmartState State => platform.State;

    public Answer Get(string code) => State.Shops.Find(code) is { } shop ? PostmartAnswers.Ok(View(shop)) : NotFound(code);

    public Answer Register(RegisterBody body)
    {
        string[] texts = [body.Name, body.OwnerName, body.ProvinceCode, body.CommuneCode, body.Address];
        if (Array.Exists(texts, t => t.Trim().Length == 0) || !Phone().IsMatch(body.Phone))
        {
            return PostmartAnswers.BadRequest("Thông tin gian hàng không hợp lệ: mọi trường phải có giá trị, số điện thoại có 10 chữ số.");
        }

        if (State.ShopByPhone(body.Phone) is { } standing)
        {
            return PostmartAnswers.Refuse(
                "SHOP_EXISTED", $"Số điện thoại này đã có gian hàng {standing.Code}.", new { shopCode = standing.Code });
        }

        var shop = State.Shops.Put(new PostmartShop(
            CodeFor(body.Phone), body.Name, body.OwnerName, body.Phone, body.ProvinceCode, body.CommuneCode, body.Address, 0, platform.Now,
            platform.Now, State.Shops.Count + 1, platform.Now.AddSeconds(platform.Settings.ShopVerificationSeconds)));
        return PostmartAnswers.Ok(new { shopCode = shop.Code, status = shop.Status });
    }

    public Answer List(CallRequest request)
    {
        if (!PostmartQuery.TryRead(request, PageLimit, ["updatedFrom"], out var query))
        {
            return PostmartAnswers.BadRequest("Tham số truy vấn không hợp lệ.");
        }

        var found = State.Shops.All.Where(s => query.UpdatedFrom is null || s.UpdatedAt >= query.UpdatedFrom)
            .OrderBy(s => s.UpdatedAt).ThenBy(s => s.Code, StringComparer.Ordinal).ToList();
        return PostmartAnswers.Ok(new { total = found.Count, items = query.Page(found).Select(View) });
    }

    public PostmartShop Open(SandboxShopSeed seed, string state)
    {
        var status = state switch
        {
            "new" => 0,
            "active" => 1,
            "locked" => 2,
            "closed" => 3,
            _ => throw new ArgumentException($"'{state}' is not new, active, locked or closed.", nameof(state))
        };
        var shop = State.ShopByPhone(seed.Phone) ?? new PostmartShop(
            seed.Id ?? CodeFor(seed.Phone), seed.Name, seed.OwnerName, seed.Phone, "", "", "", 0, platform.Now, platform.Now,
            State.Shops.Count + 1);
        return State.Shops.Put(shop with { Status = status, UpdatedAt = platform.Now, VerifyDueAt = null });
    }

    public static Answer NotFound(string code) => PostmartAnswers.Refuse("SHOP_NOT_FOUND", $"Không tìm thấy gian hàng {code}.");

    /// <returns>Null: the shop may write.</returns>
    public Answer? CheckMayWrite(string code) => State.Shops.Find(code) switch
    {
        null => NotFound(code),
        { Status: 0 } => PostmartAnswers.Refuse("SHOP_NOT_VERIFIED", $"Gian hàng {code} chưa được xác minh."),
        { Status: 1 } => null,
        _ => PostmartAnswers.Refuse("SHOP_LOCKED", $"Gian hàng {code} đang bị khóa.")
    };

    /// <summary>From the phone number, so that it does not depend on who comes first.</summary>
    private string CodeFor(string phone)
    {
        var code = $"PM{Chance.Digits(6, phone)}";
        for (var i = 1; State.Shops.Find(code) is not null; i++)
        {
            code = $"PM{Chance.Digits(6, $"{phone}/{i}")}";
        }

        return code;
    }

    private object View(PostmartShop shop) => new
    {
        shopCode = shop.Code,
        name = shop.Name,
        phoneMasked = shop.Phone.Length < 7 ? "***" : $"{shop.Phone[..4]}***{shop.Phone[^3..]}",
        status = shop.Status,
        statusName = shop.StatusName,
        verified = shop.Status is 1 or 2,
        productCount = State.ItemsOf(shop.Code).Count(i => i.Status != PostmartStatus.Deleted),
        url = $"{platform.BaseUrl}/shop/{shop.Code}",
        createdDate = Hanoi.Text(shop.CreatedAt)
    };

    [GeneratedRegex("^0[0-9]{9}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Phone();
}
