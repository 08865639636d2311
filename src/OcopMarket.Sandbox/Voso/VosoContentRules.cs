using System.Text.RegularExpressions;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>Values of a product, section 4. All that is wrong is named at once.</summary>
internal static partial class VosoContentRules
{
    public static IReadOnlyList<FieldError> Check(VosoContent content, SandboxSettings settings) =>
        [.. Texts(content), .. Measures(content), .. Images(content), .. Certificate(content), .. Category(content, settings)];

    public static IEnumerable<FieldError> CheckPrice(long price, long? discount, int quantity, string prefix = "")
    {
        if (price <= 0)
        {
            yield return new FieldError($"{prefix}PRICE", "Giá phải lớn hơn 0");
        }

        if (discount is not null and not 0 && (discount < 0 || discount >= price))
        {
            yield return new FieldError($"{prefix}DISCOUNT_PRICE", "Giá giảm phải thấp hơn giá bán");
        }

        if (quantity < 0)
        {
            yield return new FieldError($"{prefix}QUANTITY", "Số lượng không được âm");
        }
    }

    private static IEnumerable<FieldError> Texts(VosoContent content)
    {
        if (content.MerchantSku.Trim().Length is 0 or > 100)
        {
            yield return new FieldError("MERCHANT_SKU", "Mã hàng phải từ 1 đến 100 ký tự");
        }

        if (content.ProductName.Trim().Length is < 10 or > 100)
        {
            yield return new FieldError("PRODUCT_NAME", "Tên sản phẩm phải từ 10 đến 100 ký tự");
        }

        if (content.ProductDescription.Length is 0 or > 5000)
        {
            yield return new FieldError("PRODUCT_DESCRIPTION", "Mô tả phải từ 1 đến 5.000 ký tự");
        }
        else if (Tag().IsMatch(content.ProductDescription))
        {
            yield return new FieldError("PRODUCT_DESCRIPTION", "Mô tả chỉ nhận văn bản thường, không nhận HTML");
        }

        if (content.Origin.Trim().Length == 0)
        {
            yield return new FieldError("ORIGIN", "Thiếu xuất xứ");
        }

        if (content.Unit.Trim().Length == 0)
        {
            yield return new FieldError("UNIT", "Thiếu đơn vị tính");
        }
    }

    private static IEnumerable<FieldError> Measures(VosoContent content) =>
        new (string Field, decimal Value)[]
        {
            ("PRODUCT_WEIGHT", content.ProductWeight), ("PRODUCT_LENGTH", content.ProductLength),
            ("PRODUCT_WIDTH", content.ProductWidth), ("PRODUCT_HEIGHT", content.ProductHeight)
        }.Where(m => m.Value <= 0).Select(m => new FieldError(m.Field, "Phải lớn hơn 0"));

    private static IEnumerable<FieldError> Images(VosoContent content)
    {
        if (content.ImageUrls.Count is 0 or > 6)
        {
            yield return new FieldError("IMAGE_URLS", "Cần từ 1 đến 6 ảnh");
        }

        if (content.ImageUrls.FirstOrDefault(u => !IsWebAddress(u)) is { } wrong)
        {
            yield return new FieldError("IMAGE_URLS", $"Địa chỉ ảnh không hợp lệ: {wrong}");
        }
    }

    private static IEnumerable<FieldError> Certificate(VosoContent content)
    {
        if (!content.IsOcop)
        {
            yield break;
        }

        if (content.OcopStar is not (>= 3 and <= 5))
        {
            yield return new FieldError("OCOP_STAR", "Hạng OCOP phải từ 3 đến 5 sao");
        }

        if (string.IsNullOrWhiteSpace(content.OcopCertNo))
        {
            yield return new FieldError("OCOP_CERT_NO", "Thiếu số giấy chứng nhận OCOP");
        }

        if (Hanoi.ParseDay(content.OcopCertExpire, "yyyy-MM-dd") is null)
        {
            yield return new FieldError("OCOP_CERT_EXPIRE", "Ngày hết hạn phải có dạng yyyy-MM-dd");
        }
    }

    private static IEnumerable<FieldError> Category(VosoContent content, SandboxSettings settings)
    {
        if (VosoCategories.Find(settings, content.CategoryId) is not { IsLeaf: true })
        {
            return [new FieldError("CATEGORY_ID", $"Không có danh mục cấp cuối {content.CategoryId}")];
        }

        var known = VosoCategories.AttributesOf(content.CategoryId);
        var wrong = content.Attributes
            .Where(g => known.FirstOrDefault(a => a.AttributeCode == g.Code) is not { } a || (a.Values.Count > 0 && !a.Values.Contains(g.Value))
                || content.Attributes.Count(o => o.Code == g.Code) > 1)
            .Select(g => new FieldError($"ATTRIBUTES.{g.Code}", "Thuộc tính không hợp lệ"));
        var missing = known
            .Where(a => a.Required && !content.Attributes.Any(g => g.Code == a.AttributeCode && g.Value.Trim().Length > 0))
            .Select(a => new FieldError($"ATTRIBUTES.{a.AttributeCode}", $"Thiếu thuộc tính {a.AttributeName}"));
        return wrong.Concat(missing);
    }

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https");

    [GeneratedRegex(@"<\s*/?\s*[A-Za-z!]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();
}
