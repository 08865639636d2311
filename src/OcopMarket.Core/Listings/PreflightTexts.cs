using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Listings;

/// <summary>Titles and descriptions: length, forbidden words, healing claims, phone numbers, stars that no certificate carries.</summary>
internal static partial class PreflightTexts
{
    public static IEnumerable<IssueFinding> Check(ListingDraft draft, FieldRules rules)
    {
        var all = string.Join('\n', draft.Title, draft.ShortDescription, draft.Description);
        return [.. Title(draft.Title, rules), .. Description(draft, rules), .. Claims(draft, all, rules)];
    }

    private static IEnumerable<IssueFinding> Title(string title, FieldRules rules)
    {
        if (title.Length < rules.Title.Min)
        {
            yield return PreflightIssue.Of("title_too_short", Preflight.Number(rules.Title.Min), Preflight.Number(title.Length));
        }
        else if (title.Length > rules.Title.Max)
        {
            yield return PreflightIssue.Of("title_too_long", Preflight.Number(rules.Title.Max), Preflight.Number(title.Length));
        }

        if (FirstHeld(title, rules.ForbiddenWords) is { } word)
        {
            yield return PreflightIssue.Of("title_forbidden_word", word);
        }
    }

    private static IEnumerable<IssueFinding> Description(ListingDraft draft, FieldRules rules)
    {
        if (draft.ShortDescription?.Length > rules.ShortDescription?.Max)
        {
            yield return PreflightIssue.Of("short_description_too_long", Preflight.Number(rules.ShortDescription.Max));
        }

        var sent = rules.DescriptionFormat == TextFormat.Html ? ListingHtml.FromPlain(draft.Description) : draft.Description?.Trim() ?? "";
        if (sent.Length == 0)
        {
            if (rules.Description.Required)
            {
                yield return PreflightIssue.Of("description_missing");
            }
        }
        else if (rules.DescriptionFormat == TextFormat.Plain && Markup().IsMatch(sent))
        {
            yield return PreflightIssue.Of("description_markup");
        }
        else if (sent.Length < rules.Description.Min)
        {
            yield return PreflightIssue.Of("description_too_short", Preflight.Number(rules.Description.Min));
        }
        else if (sent.Length > rules.Description.Max)
        {
            yield return PreflightIssue.Of("description_too_long", Preflight.Number(rules.Description.Max));
        }
    }

    private static IEnumerable<IssueFinding> Claims(ListingDraft draft, string all, FieldRules rules)
    {
        if (FirstHeld(all, rules.ForbiddenClaims) is { } claim)
        {
            yield return PreflightIssue.Of("claim_forbidden", claim);
        }

        if (PhoneNumber().Match(all) is { Success: true } phone)
        {
            yield return PreflightIssue.Of("phone_in_text", phone.Value);
        }

        if (StarClaims.Check(draft) is { } stars)
        {
            yield return stars;
        }
    }

    /// <summary>The first phrase that stands in the text as whole words, in its own spelling or typed without marks. Never compared
    /// folded: "chữa bệnh" heals, "chưa bệnh" does not.</summary>
    private static string? FirstHeld(string text, IReadOnlyList<string> phrases)
    {
        var words = Words(text);
        return phrases.FirstOrDefault(phrase =>
            words.Contains(Words(phrase), StringComparison.Ordinal) ||
            words.Contains($" {VietnameseText.Fold(phrase)} ", StringComparison.Ordinal));
    }

    private static string Words(string text) =>
        $" {string.Join(' ', NotAWord().Split(text.Normalize().ToLowerInvariant()).Where(w => w.Length > 0))} ";

    /// <summary>What a platform that takes plain text would read as a tag.</summary>
    [GeneratedRegex(@"<[\p{L}/!]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Markup();

    [GeneratedRegex(@"[^\p{L}\p{Nd}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotAWord();

    /// <summary>A Vietnamese mobile (0, then 3, 5, 7, 8 or 9, then 8 digits) or fixed number (02, then 9 digits), with 84 for the 0 and
    /// blanks, dots or dashes between.</summary>
    [GeneratedRegex(@"(?<![\p{Nd}])(?:0|\+?84[\s.\-]?)(?:[35789](?:[\s.\-]?[0-9]){8}|2(?:[\s.\-]?[0-9]){9})(?![\p{Nd}])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PhoneNumber();
}
