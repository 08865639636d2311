using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Listings;

/// <summary>Stars that a text names, against those of the certificate that is valid on the day. More than it has deceives buyers and goes nowhere;
/// fewer are the owner's to correct.</summary>
internal static partial class StarClaims
{
    private const int National = 5;

    /// <summary>Looks at every text of the draft that is sent.</summary>
    /// <returns>Null: nothing is wrong. Names the field with the claim.</returns>
    public static IssueFinding? Check(ListingDraft draft)
    {
        (string Field, string? Text)[] texts =
        [
            ("title", draft.Title), ("shortDescription", draft.ShortDescription), ("description", draft.Description), ("brand", draft.Brand),
            ("origin", draft.Origin), ("unit", draft.Unit), ("shelfLife", draft.ShelfLife), ("foodSafetyNo", draft.FoodSafetyNo), ("gtin", draft.Gtin),
        ];
        var held = draft.Claim?.Stars;
        var found = Check(string.Join('\n', texts.Select(t => t.Text)), held, draft.IsPotentialFiveStar);
        if (found is null)
        {
            return null;
        }

        // Most listings end above; only where something is wrong is it looked for text by text.
        var field = texts.FirstOrDefault(t => t.Text is not null && Check(t.Text, held, draft.IsPotentialFiveStar) is { } own && own.Code == found.Code).Field;
        return field is null ? found : found with { Fields = [field] };
    }

    private static IssueFinding? Check(string text, int? held, bool isPotential)
    {
        var shown = StarSigns.Normalise(text);
        var folded = VietnameseText.Fold(shown);
        var plain = Plain().Matches(folded).Where(m => !(isPotential && m.Groups["potential"].Success)).Select(m => Stars(m.Groups["n"].Value))
            .Concat(OfTheNation().Matches(folded).Select(_ => National)).Concat(Signs(shown)).ToList();
        if (plain.DefaultIfEmpty().Max() is var most && most > (held ?? 0))
        {
            return held is { } valid
                ? PreflightIssue.Of("stars_claim_too_high", Preflight.Number(most), Preflight.Number(valid))
                : PreflightIssue.Of("stars_claim_uncertified", Preflight.Number(most));
        }

        var doubtful = plain.Concat(Words().Matches(folded).Select(m => Stars(m.Groups[1].Value))).FirstOrDefault(n => n != held);
        return doubtful == 0 ? null : PreflightIssue.Of("stars_claim_mismatch", Preflight.Number(doubtful), Preflight.Number(held ?? 0));
    }

    /// <summary>Drawn stars. Outlined ones beside filled ones are those that are missing; by themselves they are stars like others. More than five
    /// are five: nobody counts a row of them.</summary>
    private static IEnumerable<int> Signs(string text) => Drawn().Matches(text)
        .Select(m => m.Groups["n"].Success ? Stars(m.Groups["n"].Value)
            : m.Value.Count(c => c == StarSigns.Filled) is > 0 and var filled ? filled : m.Value.Count(c => c == StarSigns.Outlined))
        .Where(n => n >= 3).Select(n => Math.Min(n, 5));

    private static int Stars(string word) => word switch
    {
        "3" or "ba" or "three" => 3,
        "4" or "bon" or "four" => 4,
        _ => 5,
    };

    /// <summary>In folded text: "OCOP 5 sao", "5sao", "05 ngôi sao", "5.0 sao", "đạt năm sao", "5 stars". A number in words counts after a word of
    /// rating, or before stars that are called so beyond doubt: "hai năm sao cho" is about years.</summary>
    [GeneratedRegex(
        @"(?<potential>\b(?:tiem nang|potential) (?:la |dat |hang |ocop )*)?\b(?:0?(?<n>[345])(?: 0)?|(?<=\b(?:ocop|dat|hang|chuan|nhan|hieu) )(?<n>ba|bon|nam)|(?<n>three|four|five)|(?<n>ba|bon|nam)(?= (?:ngoi|canh) sao)) ?(?:(?:ngoi|canh) )?(?:s ?a ?o|stars?)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"(?<!tiem nang )\b(ba|bon|nam) sao\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();

    /// <summary>Five stars are recognised by the nation: "đạt OCOP cấp quốc gia", "sản phẩm OCOP quốc gia". The national programme itself
    /// may be named.</summary>
    [GeneratedRegex(@"\bocop (?:(?:dat|hang|chuan|duoc|cong|nhan) )*cap quoc gia\b|\bsan pham ocop quoc gia\b|\bnational ocop product\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OfTheNation();

    /// <summary>"4★", "★★★★", "★ ★ ★ ★", "5*" (but no "5 * 3").</summary>
    [GeneratedRegex(
        @"\b0?(?<n>[3-5])(?:\s?★|\*(?!\s?[\p{Nd}*]))|(?:★\s?|☆\s?){1,12}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Drawn();
}
