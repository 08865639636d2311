using System.Globalization;
using System.Text.RegularExpressions;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Listings;

/// <summary>The one validator: what a platform would refuse becomes a finding before any call. Pages and worker use the same one. What it
/// passes without a blocking finding can be sent (<see cref="ListingDraft.ToCanonical"/> does not throw).</summary>
public static class Preflight
{
    public static IReadOnlyList<IssueFinding> Check(ListingDraft draft, MarketplaceProfile profile)
    {
        var rules = profile.Rules;
        return
        [
            .. Sku(draft, rules), .. PreflightTexts.Check(draft, rules), .. Price(draft, rules), .. Stock(draft, rules),
            .. Weight(draft, rules), .. Size(draft, rules), .. PreflightPhotos.Check(draft.Images, rules.Images),
            .. Category(draft, profile), .. Attributes(draft, rules),
        ];
    }

    private static IEnumerable<IssueFinding> Sku(ListingDraft draft, FieldRules rules)
    {
        if (draft.SellerSku.Length == 0 || (rules.SkuPattern is { } pattern && !Whole(pattern, draft.SellerSku)))
        {
            yield return PreflightIssue.Of("sku_invalid", draft.SellerSku);
        }
    }

    private static bool Whole(string pattern, string text) =>
        Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static IEnumerable<IssueFinding> Price(ListingDraft draft, FieldRules rules)
    {
        if (draft.PriceVnd is not { } price)
        {
            yield return PreflightIssue.Of("price_missing");
            yield break;
        }

        if (!Within(price, rules.Price) || !IsWhole(price))
        {
            yield return PreflightIssue.Of("price_out_of_range", Number(rules.Price.Min), Number(rules.Price.Max));
        }

        if (draft.SalePriceVnd is { } sale && (sale >= price || !Within(sale, rules.Price) || !IsWhole(sale)))
        {
            yield return PreflightIssue.Of("sale_price_invalid", Number(rules.Price.Min), Number(price));
        }
    }

    private static IEnumerable<IssueFinding> Stock(ListingDraft draft, FieldRules rules)
    {
        if (draft.StockUnits is not { } stock)
        {
            yield return PreflightIssue.Of("stock_missing");
        }
        else if (!Within(stock, rules.Stock))
        {
            yield return PreflightIssue.Of("stock_out_of_range", Number(rules.Stock.Min), Number(rules.Stock.Max));
        }
    }

    private static IEnumerable<IssueFinding> Weight(ListingDraft draft, FieldRules rules)
    {
        if (draft.WeightGrams is not { } weight)
        {
            yield return PreflightIssue.Of("weight_missing");
        }
        else if (!Within(weight, rules.WeightGrams))
        {
            yield return PreflightIssue.Of("weight_out_of_range", Number(rules.WeightGrams.Min), Number(rules.WeightGrams.Max));
        }
    }

    private static IEnumerable<IssueFinding> Size(ListingDraft draft, FieldRules rules)
    {
        decimal?[] sides = [draft.LengthCm, draft.WidthCm, draft.HeightCm];
        if (rules.SizeRequired && sides.Contains(null))
        {
            yield return PreflightIssue.Of("size_missing");
        }

        if (rules.SideCm is { } rule && sides.OfType<decimal>().Any(side => !Within(side, rule)))
        {
            yield return PreflightIssue.Of("size_out_of_range", Number(rule.Min), Number(rule.Max));
        }
    }

    private static IEnumerable<IssueFinding> Category(ListingDraft draft, MarketplaceProfile profile)
    {
        if (draft.CriteriaSetNo is not { } set || !profile.Categories.ContainsKey(set))
        {
            yield return PreflightIssue.Of("category_missing", profile.Name);
        }
    }

    private static IEnumerable<IssueFinding> Attributes(ListingDraft draft, FieldRules rules)
    {
        foreach (var (fact, code, value) in Facts(draft))
        {
            var demanded = draft.CriteriaSetNo is { } set && rules.RequiredAttributes.GetValueOrDefault(fact)?.Contains(set) == true;
            if (demanded && string.IsNullOrWhiteSpace(value))
            {
                yield return PreflightIssue.Of(code);
            }
            else if (demanded && value?.Length > rules.AttributeMaxLength)
            {
                yield return PreflightIssue.Of("attribute_too_long", Number(rules.AttributeMaxLength.Value), value);
            }
        }
    }

    private static (string Fact, string Code, string? Value)[] Facts(ListingDraft draft) =>
    [
        ("shelfLife", "shelf_life_missing", draft.ShelfLife), ("origin", "origin_missing", draft.Origin),
        ("foodSafetyNo", "food_safety_missing", draft.FoodSafetyNo), ("unit", "unit_missing", draft.Unit),
    ];

    private static bool Within(decimal value, NumberRule rule) => value >= rule.Min && value <= rule.Max;

    private static bool IsWhole(decimal value) => decimal.Truncate(value) == value;

    /// <summary>Digits with dots, as Vietnamese read them, whatever the machine's culture.</summary>
    internal static string Number(decimal value) =>
        value.ToString("#,0.##", CultureInfo.InvariantCulture).Replace('.', '\u0001').Replace(',', '.').Replace('\u0001', ',');
}
