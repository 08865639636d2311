using System.Text;
using System.Text.RegularExpressions;

namespace OcopMarket.Sandbox.Common;

/// <param name="ContentHash">Of all that a reviewer looks at, pictures by their bytes: unchanged content keeps its verdict,
/// edited content is judged anew.</param>
internal sealed record ReviewCase(
    string Shop, string Sku, string ContentHash, string Text, bool IsFood, string? CertificateNo, DateOnly? CertificateExpires);

/// <param name="Field">The platform-neutral field; each platform puts its own name.</param>
internal sealed record Refusal(string Code, string Field, string Message);

/// <summary>Reviews by rule first and by seed after; what it says does not depend on when or in which order items came.</summary>
internal static partial class Moderator
{
    private static readonly string[] Cures =
        ["chữa bệnh", "trị bệnh", "chữa khỏi", "khỏi bệnh", "đặc trị", "điều trị bệnh", "chữa ung thư", "điều trị ung thư", "thay thế thuốc"];

    private static readonly Refusal[] AnyGoods =
    [
        new("IMAGE_BLURRED", "images", "Ảnh sản phẩm bị mờ, không rõ nhãn."),
        new("IMAGE_HAS_PHONE", "images", "Ảnh có số điện thoại hoặc địa chỉ liên hệ."),
        new("CATEGORY_WRONG", "category", "Sản phẩm đặt sai danh mục."),
        new("PRICE_OUT_OF_LINE", "price", "Giá bán chênh lệch quá nhiều so với mặt hàng cùng loại."),
        new("CLAIM_FORBIDDEN", "description", "Mô tả có công dụng chưa được chứng minh.")
    ];

    private static readonly Refusal PaperMissing =
        new("FOOD_SAFETY_PAPER_MISSING", "food-safety", "Thiếu giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm.");

    private static readonly Refusal CertificateUnreadable =
        new("CERTIFICATE_UNREADABLE", "certificate", "Giấy chứng nhận OCOP không đọc được.");

    public static TimeSpan Delay(SandboxSettings settings, string shop, string sku, int submission)
    {
        var draw = Chance.Of(settings.Seed, "review-delay", shop, sku, $"{submission}");
        return TimeSpan.FromSeconds(settings.ReviewMinSeconds + (draw * (settings.ReviewMaxSeconds - settings.ReviewMinSeconds)));
    }

    /// <returns>Empty: approved.</returns>
    public static IReadOnlyList<Refusal> Judge(SandboxSettings settings, ReviewCase item, DateOnly today)
    {
        var refusals = ByRule(item, today).ToList();
        if (Chance.Of(settings.Seed, "verdict", item.Shop, item.Sku, item.ContentHash) < settings.RefusedShare)
        {
            refusals.Add(Drawn(settings.Seed, item));
        }

        return refusals;
    }

    private static IEnumerable<Refusal> ByRule(ReviewCase item, DateOnly today)
    {
        var text = item.Text.Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (item.CertificateExpires < today)
        {
            yield return new Refusal("CERTIFICATE_EXPIRED", "certificate", "Giấy chứng nhận OCOP đã hết hạn.");
        }

        if (Array.Exists(Cures, c => text.Contains(c, StringComparison.Ordinal)))
        {
            yield return new Refusal("CLAIM_FORBIDDEN", "description", "Nội dung nói sản phẩm chữa được bệnh.");
        }

        if (Phone().IsMatch(text))
        {
            yield return new Refusal("PHONE_IN_TEXT", "description", "Nội dung có số điện thoại.");
        }
    }

    private static Refusal Drawn(long seed, ReviewCase item)
    {
        var reasons = AnyGoods.ToList();
        if (item.IsFood)
        {
            reasons.Add(PaperMissing);
        }

        if (item.CertificateNo is not null)
        {
            reasons.Add(CertificateUnreadable);
        }

        return reasons[(int)(Chance.Of(seed, "reason", item.Shop, item.Sku, item.ContentHash) * reasons.Count)];
    }

    /// <summary>A Vietnamese mobile number, with or without country code and separators.</summary>
    [GeneratedRegex(@"(?<!\d)(?:\+?84|0)[\s.\-]?[35789](?:[\s.\-]?\d){8}(?!\d)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Phone();
}
