using System.Collections.Frozen;

namespace OcopMarket.Core.Listings;

/// <summary>The codes that the validator gives, with what <c>config/issues.json</c> says of them (a test holds the two together): the
/// validator stays a pure function without a file.</summary>
public static class PreflightIssue
{
    private static readonly FrozenDictionary<string, IssueFinding> Known = new IssueFinding[]
    {
        Blocking("sku_invalid", Party.Staff, "sku"),
        Blocking("title_too_short", Party.Producer, "title"),
        Blocking("title_too_long", Party.Producer, "title"),
        Blocking("title_forbidden_word", Party.Producer, "title"),
        Blocking("short_description_too_long", Party.Producer, "shortDescription"),
        Blocking("description_missing", Party.Producer, "description"),
        Blocking("description_markup", Party.Producer, "description"),
        Blocking("description_too_short", Party.Producer, "description"),
        Blocking("description_too_long", Party.Producer, "description"),
        Blocking("claim_forbidden", Party.Producer, "title", "description"),
        Blocking("phone_in_text", Party.Producer, "title", "description"),
        Blocking("stars_claim_too_high", Party.Producer, "title", "description"),
        Blocking("stars_claim_uncertified", Party.Producer, "title", "description"),
        new("stars_claim_mismatch", Severity.Warning, Party.Producer, ["title", "description", "certificate"], []),
        Blocking("price_missing", Party.Producer, "price"),
        Blocking("price_out_of_range", Party.Producer, "price"),
        Blocking("sale_price_invalid", Party.Producer, "salePrice"),
        Blocking("stock_missing", Party.Producer, "stock"),
        Blocking("stock_out_of_range", Party.Producer, "stock"),
        Blocking("weight_missing", Party.Producer, "weight"),
        Blocking("weight_out_of_range", Party.Producer, "weight"),
        Blocking("size_missing", Party.Producer, "size"),
        Blocking("size_out_of_range", Party.Producer, "size"),
        Blocking("image_missing", Party.Producer, "images"),
        Blocking("image_count", Party.Producer, "images"),
        Blocking("image_too_small", Party.Producer, "images"),
        Blocking("image_too_large", Party.Producer, "images"),
        Blocking("image_type", Party.Producer, "images"),
        Blocking("category_missing", Party.Staff, "category"),
        Blocking("shelf_life_missing", Party.Producer, "shelfLife"),
        Blocking("origin_missing", Party.Producer, "origin"),
        Blocking("food_safety_missing", Party.Producer, "foodSafetyNo"),
        Blocking("unit_missing", Party.Producer, "unit"),
        Blocking("attribute_too_long", Party.Producer, "attributes"),
    }.ToFrozenDictionary(f => f.Code, StringComparer.Ordinal);

    public static IEnumerable<string> Codes => Known.Keys;

    /// <exception cref="KeyNotFoundException">The validator gives no such code.</exception>
    public static IssueFinding Of(string code, params IReadOnlyList<string> args) => Known[code] with { Args = args };

    private static IssueFinding Blocking(string code, Party owner, params IReadOnlyList<string> fields) =>
        new(code, Severity.Blocking, owner, fields, []);
}
