namespace OcopMarket.Sandbox.Postmart;

/// <summary>Item states of section 6.</summary>
internal static class PostmartStatus
{
    public const int Draft = 0;
    public const int InReview = 1;
    public const int OnSale = 2;
    public const int Refused = 3;
    public const int SoldOut = 4;
    public const int Hidden = 5;
    public const int Locked = 6;

    /// <summary>In no sheet: what a platform invents one day.</summary>
    public const int Unknown = 7;
    public const int Deleted = 9;

    public static string Name(int status) => status switch
    {
        Draft => "nháp",
        InReview => "chờ duyệt",
        OnSale => "đang bán",
        Refused => "từ chối",
        SoldOut => "hết hàng",
        Hidden => "tạm ẩn",
        Locked => "bị khóa",
        Deleted => "đã xóa",
        _ => "chờ hậu kiểm"
    };

    public static int OnSaleWith(int quantity) => quantity > 0 ? OnSale : SoldOut;
}
