using System.Globalization;
using System.Text.RegularExpressions;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Field rules of one item, sections 2, 4, 5, 6 and 10. What the contract gives no code for is <c>BAD_REQUEST</c> with
/// the field.</summary>
internal static partial class PostmartItemRules
{
    private const long MinPrice = 1_000;
    private const long MaxPrice = 500_000_000;
    private static readonly string[] ForbiddenInName = ["rẻ nhất", "tốt nhất", "siêu rẻ", "hàng nhái", "cam kết 100%"];
    private static readonly HashSet<string> Tags = ["p", "ul", "li", "strong", "em", "img"];

    public static ItemError? CheckContent(ItemBody item, PostmartState state, SandboxSettings settings, DateOnly today) =>
        CheckCode(item.ItemCode)
        ?? CheckTexts(item)
        ?? CheckCategory(item.CategoryId, settings)
        ?? CheckMeasures(item)
        ?? CheckImages(item.Images, state)
        ?? CheckCertificate(item.Ocop, today)
        ?? CheckAttributes(item);

    public static ItemError? CheckCode(string itemCode) =>
        Code().IsMatch(itemCode) ? null : Bad("itemCode", "Mã hàng chỉ gồm chữ, số và . _ - , tối đa 50 ký tự.");

    public static ItemError? CheckPrice(long price, long? salePrice) =>
        price is < MinPrice or > MaxPrice ? new ItemError("PRICE_INVALID", "price", "Giá phải từ 1.000 đến 500.000.000 đồng.")
        : salePrice is < MinPrice || salePrice >= price
            ? new ItemError("PRICE_INVALID", "salePrice", "Giá khuyến mại phải từ 1.000 đồng và thấp hơn giá bán.")
            : null;

    public static ItemError? CheckQuantity(int quantity) =>
        quantity is >= 0 and <= 999_999 ? null : Bad("quantity", "Số lượng phải từ 0 đến 999.999.");

    private static ItemError? CheckTexts(ItemBody item)
    {
        var name = item.Name.Trim();
        var forbidden = Array.Find(ForbiddenInName, w => name.Contains(w, StringComparison.OrdinalIgnoreCase));
        return name.Length > 120 ? new ItemError("NAME_TOO_LONG", "name", "Tên hàng dài quá 120 ký tự.")
            : name.Length < 5 ? Bad("name", "Tên hàng phải có ít nhất 5 ký tự.")
            : forbidden is not null ? new ItemError("NAME_FORBIDDEN_WORD", "name", $"Tên hàng có cụm từ không được dùng: {forbidden}.")
            : item.ShortDescription.Length > 500 ? Bad("shortDescription", "Mô tả ngắn dài quá 500 ký tự.")
            : item.Description.Length is 0 or > 20_000 ? Bad("description", "Mô tả phải từ 1 đến 20.000 ký tự.")
            : Tag().Matches(item.Description).FirstOrDefault(t => !Tags.Contains(t.Groups[1].Value.ToLowerInvariant())) is { } tag
                ? Bad("description", $"Mô tả không được dùng thẻ {tag.Groups[1].Value}.")
            : item.Unit.Trim().Length == 0 ? Bad("unit", "Thiếu đơn vị tính.")
            : item.Origin.Trim().Length == 0 ? Bad("origin", "Thiếu xuất xứ.")
            : item.Gtin is { } gtin && !Gtin().IsMatch(gtin) ? Bad("gtin", "Mã vạch phải có 8 đến 14 chữ số.")
            : null;
    }

    private static ItemError? CheckCategory(string id, SandboxSettings settings) => PostmartCategories.Find(settings, id) switch
    {
        null => new ItemError("CATEGORY_INVALID", "categoryId", $"Không có danh mục {id}."),
        { IsLeaf: false } => new ItemError("CATEGORY_NOT_LEAF", "categoryId", $"Danh mục {id} còn danh mục con, hãy chọn danh mục con."),
        _ => null
    };

    private static ItemError? CheckMeasures(ItemBody item) =>
        item.Weight <= 0 ? Bad("weight", "Khối lượng phải lớn hơn 0 g.")
        : item.Length <= 0 ? Bad("length", "Chiều dài phải lớn hơn 0 cm.")
        : item.Width <= 0 ? Bad("width", "Chiều rộng phải lớn hơn 0 cm.")
        : item.Height <= 0 ? Bad("height", "Chiều cao phải lớn hơn 0 cm.")
        : null;

    private static ItemError? CheckImages(IReadOnlyList<string> images, PostmartState state) =>
        images.Count == 0 ? new ItemError("IMAGE_REQUIRED", "images", "Cần ít nhất một ảnh.")
        : images.Count > 9 ? new ItemError("IMAGE_INVALID", "images", "Nhiều nhất 9 ảnh cho một mặt hàng.")
        : images.FirstOrDefault(i => state.Media.Find(i) is null) is { } unknown
            ? new ItemError("IMAGE_INVALID", "images", $"Không có ảnh {unknown}.")
        : null;

    private static ItemError? CheckCertificate(OcopBody? ocop, DateOnly today)
    {
        if (ocop is null)
        {
            return null;
        }

        var issued = Hanoi.ParseDay(ocop.IssuedDate, "dd/MM/yyyy");
        var expired = Hanoi.ParseDay(ocop.ExpiredDate, "dd/MM/yyyy");
        return ocop.Star is < 3 or > 5 ? Bad("ocop.star", "Hạng OCOP phải từ 3 đến 5 sao.")
            : ocop.CertificateNo.Trim().Length == 0 ? Bad("ocop.certificateNo", "Thiếu số giấy chứng nhận OCOP.")
            : issued is null ? Bad("ocop.issuedDate", "Ngày cấp phải có dạng dd/MM/yyyy.")
            : expired is null ? Bad("ocop.expiredDate", "Ngày hết hạn phải có dạng dd/MM/yyyy.")
            : expired < today ? new ItemError("CERTIFICATE_EXPIRED", "ocop.expiredDate", $"Giấy chứng nhận OCOP hết hạn ngày {ocop.ExpiredDate}.")
            : null;
    }

    private static ItemError? CheckAttributes(ItemBody item)
    {
        var known = PostmartCategories.AttributesOf(item.CategoryId);
        foreach (var given in item.Attributes)
        {
            if (known.FirstOrDefault(a => a.Id == given.Id) is not { } attribute)
            {
                return Bad(given.Id, $"Danh mục {item.CategoryId} không có thuộc tính {given.Id}.");
            }

            if (item.Attributes.Count(a => a.Id == given.Id) > 1 || !Suits(attribute, given.Value))
            {
                return Bad(given.Id, $"Giá trị của thuộc tính {attribute.Name} không hợp lệ.");
            }
        }

        return known.FirstOrDefault(a => a.Required && !item.Attributes.Any(g => g.Id == a.Id && g.Value.Trim().Length > 0)) is { } missing
            ? new ItemError("ATTRIBUTE_REQUIRED", missing.Id, $"Thiếu thuộc tính {missing.Name}.")
            : null;
    }

    private static bool Suits(PostmartAttribute attribute, string value) => attribute.Type switch
    {
        "number" => decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
        "date" => Hanoi.ParseDay(value, "dd/MM/yyyy") is not null,
        "select" => attribute.Options.Contains(value),
        _ => value.Length <= attribute.MaxLength
    };

    private static ItemError Bad(string field, string message) => new("BAD_REQUEST", field, message);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,50}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();

    [GeneratedRegex("^[0-9]{8,14}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Gtin();

    [GeneratedRegex(@"<\s*/?\s*([A-Za-z!][A-Za-z0-9]*)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();
}
