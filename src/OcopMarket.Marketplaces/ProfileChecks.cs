using System.Text.RegularExpressions;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>What a platform's file must hold beyond its shape.</summary>
internal static class ProfileChecks
{
    private const int LongestSentence = 160;
    private static readonly string[] Scopes = ["platform", "login", "shop"];
    private static readonly string[] Routes = ["api", "package", "assisted"];
    private static readonly string[] Classes = ["item", "account", "system", "category"];
    private static readonly string[] Facts = ["shelfLife", "origin", "foodSafetyNo", "unit"];

    public static IEnumerable<string> Faults(MarketplaceProfile profile, string fileName) =>
        [.. Head(profile, fileName), .. Limits(profile), .. Fields(profile), .. Map(profile), .. Errors(profile)];

    private static IEnumerable<string> Head(MarketplaceProfile profile, string fileName)
    {
        if (profile.Key.Value != fileName)
        {
            yield return $"key is \"{profile.Key.Value}\"; it must be the file's name, \"{fileName}\".";
        }

        if (string.IsNullOrWhiteSpace(profile.Name))
        {
            yield return "name is empty; write the platform's name as people know it.";
        }

        foreach (var route in profile.Routes.Except(Routes))
        {
            yield return $"routes holds \"{route}\"; use {string.Join(", ", Routes)}.";
        }

        if (profile.OwnerLogin is { } login && new[] { login.User, login.Secret, login.How }.Any(w => string.IsNullOrWhiteSpace(w.Vi) || string.IsNullOrWhiteSpace(w.En)))
        {
            yield return "ownerLogin.user, secret and how each need a text in vi and in en.";
        }

        if (profile.ReviewUsually <= TimeSpan.Zero || profile.PollMoving <= TimeSpan.Zero || profile.PollResting < profile.PollMoving)
        {
            yield return "reviewUsually, pollMoving and pollResting must be above zero, and pollResting no shorter than pollMoving.";
        }
    }

    private static IEnumerable<string> Limits(MarketplaceProfile profile)
    {
        var calls = Enum.GetNames<CallKind>();
        foreach (var limit in profile.Limits)
        {
            if (!Scopes.Contains(limit.Scope))
            {
                yield return $"limits.{limit.Name}.scope is \"{limit.Scope}\"; use {string.Join(", ", Scopes)}.";
            }

            if (limit.PerSecond <= 0 || limit.Burst < 1)
            {
                yield return $"limits.{limit.Name} must have perSecond above 0 and burst of 1 or more.";
            }

            foreach (var call in limit.Calls.Where(c => c != "*" && !calls.Contains(c)))
            {
                yield return $"limits.{limit.Name}.calls holds \"{call}\"; use * or {string.Join(", ", calls)}.";
            }
        }
    }

    private static IEnumerable<string> Fields(MarketplaceProfile profile)
    {
        var rules = profile.Rules;
        (string Name, TextRule? Rule)[] texts =
            [("title", rules.Title), ("shortDescription", rules.ShortDescription), ("description", rules.Description)];
        foreach (var (name, rule) in texts)
        {
            if (rule is not null && (rule.Min < 0 || rule.Max < rule.Min))
            {
                yield return $"rules.{name}: min must be 0 or more and max no smaller than min.";
            }
        }

        (string Name, NumberRule? Rule)[] numbers =
            [("price", rules.Price), ("stock", rules.Stock), ("weightGrams", rules.WeightGrams), ("sideCm", rules.SideCm)];
        foreach (var (name, rule) in numbers)
        {
            if (rule is not null && rule.Max < rule.Min)
            {
                yield return $"rules.{name}: max must be no smaller than min.";
            }
        }

        if (rules.Images is { } i && (i.Min < 0 || i.Max < i.Min || i.MaxSide < i.MinSide || i.ContentTypes.Count == 0))
        {
            yield return "rules.images: max must be no smaller than min, and contentTypes must name at least one type.";
        }

        if (rules.SkuPattern is { } pattern && !IsPattern(pattern))
        {
            yield return "rules.skuPattern is no regular expression; correct it or leave it out.";
        }
    }

    private static IEnumerable<string> Map(MarketplaceProfile profile)
    {
        foreach (var (set, category) in profile.Categories.Where(c => c.Key is < 1 or > 26 || string.IsNullOrWhiteSpace(c.Value)))
        {
            yield return $"categories.{set} is \"{category}\"; keys are criteria sets 1 to 26, values the platform's leaf category.";
        }

        foreach (var set in profile.SuggestedCategories.Where(s => !profile.Categories.ContainsKey(s)))
        {
            yield return $"suggestedCategories holds {set}, which categories has not.";
        }

        foreach (var fact in profile.Rules.RequiredAttributes.Keys.Concat(profile.AttributeIds.Keys).Distinct().Except(Facts))
        {
            yield return $"rules.requiredAttributes or attributeIds holds \"{fact}\"; use {string.Join(", ", Facts)}.";
        }
    }

    private static IEnumerable<string> Errors(MarketplaceProfile profile)
    {
        foreach (var (code, entry) in profile.Errors)
        {
            if (!Classes.Contains(entry.Class))
            {
                yield return $"errors.{code}.class is \"{entry.Class}\"; use {string.Join(", ", Classes)}.";
            }

            foreach (var text in new[] { entry.Vi, entry.En }.Where(t => t.Length is 0 or > LongestSentence))
            {
                yield return $"errors.{code}: a sentence of {text.Length} characters; write 1 to {LongestSentence}, in vi and en.";
            }
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
