using System.Globalization;

namespace OcopMarket.Sandbox.Shopee;

internal sealed record ItemRefusal(string Error, string Message);

/// <summary>Field rules of one item, section 8, with the limits that <c>get_item_limit</c> tells.</summary>
internal static class ShopeeItemRules
{
    public const int MinName = 5;
    public const int MaxName = 100;
    public const int MinDescription = 10;
    public const int MaxDescription = 2000;
    public const int MaxImages = 9;
    public const long MinPrice = 1_000;
    public const long MaxPrice = 120_000_000;
    public const int MaxStock = 999_999;
    private const int MaxHashtags = 18;

    public static ItemRefusal? CheckContent(ShopeeContent item, ShopeeState state, SandboxSettings settings) =>
        CheckTexts(item)
        ?? CheckCategory(item.CategoryId, settings)
        ?? CheckImages(item.Images, state)
        ?? CheckParcel(item)
        ?? CheckBrand(item.Brand)
        ?? CheckAttributes(item);

    public static ItemRefusal? CheckPrice(long price) =>
        price < MinPrice ? new("error_price_exceed_min_limitt", "The price is below the minimum of the category.")
        : price > MaxPrice ? new("error_price_exceed_max_limitt", "The price is above the maximum of the category.")
        : null;

    public static ItemRefusal? CheckStock(int stock) =>
        stock is < 0 or > MaxStock ? new("error_param", "Invalid seller_stock.") : null;

    private static ItemRefusal? CheckTexts(ShopeeContent item) =>
        item.ItemName.Trim().Length == 0 ? new("error_item_name_empty", "The item name is empty.")
        : item.ItemName.Length < MinName ? new("error_item_name_is_too_short", "The item name is too short.")
        : item.ItemName.Length > MaxName ? new("error_title_exceeds_max_length", "The item name exceeds the maximum length.")
        : item.ItemName.Any(c => char.IsControl(c) || char.IsSurrogate(c)) ? new("error_title_character_forbidden", "The item name has forbidden characters.")
        : item.Description.Length < MinDescription ? new("error_desc_length_min_limit", "The description is too short.")
        : item.Description.Length > MaxDescription ? new("error_param", "The description exceeds the maximum length.")
        : item.Description.Split('#').Length - 1 > MaxHashtags ? new("error_desc_hash_tag_over_limit", "The description has more than 18 hashtags.")
        : null;

    private static ItemRefusal? CheckCategory(long id, SandboxSettings settings) => ShopeeCatalogue.Find(id) switch
    {
        null => new("error_invalid_category", "Invalid category id."),
        { HasChildren: true } => new("error_invalid_category", "The category is not a leaf."),
        _ when ShopeeCatalogue.IsRetired(settings, id) => new("error_category_is_block", "The category is blocked."),
        _ => null
    };

    private static ItemRefusal? CheckImages(IReadOnlyList<string> images, ShopeeState state) =>
        images.Count == 0 ? new("error_image_num_min", "At least one image is needed.")
        : images.Count > MaxImages ? new("error_param", "Too many images.")
        : images.Any(i => state.Images.Find(i) is null) ? new("error_image_unavailable", "An image is not available.")
        : null;

    private static ItemRefusal? CheckParcel(ShopeeContent item)
    {
        if (item.Weight <= 0)
        {
            return new("error_param", "Invalid weight.");
        }

        if (item.Dimension is { } d && (d.PackageLength <= 0 || d.PackageWidth <= 0 || d.PackageHeight <= 0))
        {
            return new("error_param", "Invalid dimension.");
        }

        var enabled = item.Logistics.Where(l => l.Enabled).ToList();
        foreach (var given in enabled)
        {
            if (ShopeeCatalogue.Channels.FirstOrDefault(c => c.Id == given.LogisticId) is not { Enabled: true, MaskChannelId: 0 } channel
                || item.Weight > channel.MaxKilograms)
            {
                return new("error_invalid_logistic_info", $"The channel {given.LogisticId} cannot be used for this item.");
            }
        }

        return enabled.Count == 0 ? new("error_invalid_logistic_info", "At least one channel must be enabled.") : null;
    }

    private static ItemRefusal? CheckBrand(BrandBody brand) => brand.BrandId == 0
        ? brand.OriginalBrandName == ShopeeCatalogue.NoBrand ? null : new("error_invalid_brand", "Invalid brand.")
        : ShopeeCatalogue.Brands.TryGetValue(brand.BrandId, out var name) && name == brand.OriginalBrandName ? null : new("error_invalid_brand", "Invalid brand.");

    private static ItemRefusal? CheckAttributes(ShopeeContent item)
    {
        var known = ShopeeCatalogue.AttributesOf(item.CategoryId);
        foreach (var given in item.Attributes)
        {
            var rule = known.FirstOrDefault(a => a.AttributeId == given.AttributeId);
            var refusal = rule is null || given.AttributeValueList.Count != 1
                ? new("error_invalid_attribute", $"Invalid attribute {given.AttributeId}.")
                : CheckValue(rule, given.AttributeValueList[0]);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return known.FirstOrDefault(a => a.Mandatory && !item.Attributes.Any(g => g.AttributeId == a.AttributeId)) is { } missing
            ? new("error_less_required_attribute", $"The attribute {missing.Name} ({missing.AttributeId}) is mandatory.")
            : null;
    }

    private static ItemRefusal? CheckValue(AttributeRow rule, AttributeValueBody value)
    {
        if (value.ValueId != 0)
        {
            return rule.InputType == 3 ? new("error_value_id_must_equal_zero", "The value id of a free text must be zero.")
                : rule.Values.ContainsKey(value.ValueId) ? null
                : new("error_invalid_attribute", $"The attribute {rule.AttributeId} has no value {value.ValueId}.");
        }

        return rule.InputType == 1 ? new("error_invalid_attribute", $"The attribute {rule.AttributeId} takes no value of one's own.")
            : string.IsNullOrWhiteSpace(value.OriginalValueName) ? new("error_value_name_required", "original_value_name is required.")
            : rule.ValidationType == 3 && !decimal.TryParse(value.OriginalValueName, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                ? new("error_invalid_attribute", $"The attribute {rule.AttributeId} is a number.")
            : rule.Unit is not null && value.ValueUnit != rule.Unit ? new("error_invalid_attribute", $"The attribute {rule.AttributeId} needs a unit.")
            : null;
    }
}
