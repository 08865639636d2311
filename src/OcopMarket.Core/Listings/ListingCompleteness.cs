using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Listings;

/// <summary>How much of what a marketplace needs of a listing is there, counted from the validator's findings.</summary>
/// <param name="Needed">Our names of the fields, each once.</param>
/// <param name="Open">Those of them of which something is missing or wrong.</param>
public sealed record ListingCompleteness(IReadOnlyList<string> Needed, IReadOnlyList<string> Open)
{
    public static ListingCompleteness Of(ListingDraft draft, MarketplaceProfile profile, IEnumerable<IssueFinding> findings)
    {
        // A text in which something is wrong counts as one field: the first that the finding names.
        var open = findings.Where(f => f.Severity == Severity.Blocking).Select(f => f.Fields.Count > 0 ? f.Fields[0] : f.Code)
            .Distinct(StringComparer.Ordinal).ToList();
        string[] needed = [.. Always(draft, profile.Rules).Union(open, StringComparer.Ordinal)];
        return new(needed, open);
    }

    private static IEnumerable<string> Always(ListingDraft draft, FieldRules rules)
    {
        yield return "title";
        if (rules.Description.Required)
        {
            yield return "description";
        }

        yield return "price";
        yield return "stock";
        yield return "weight";
        if (rules.SizeRequired)
        {
            yield return "size";
        }

        if (rules.Images.Min > 0)
        {
            yield return "images";
        }

        yield return "category";
        foreach (var (fact, sets) in rules.RequiredAttributes)
        {
            if (draft.CriteriaSetNo is { } set && sets.Contains(set))
            {
                yield return fact;
            }
        }
    }
}
