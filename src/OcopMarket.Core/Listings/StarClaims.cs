using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Listings;

/// <summary>Stars that a text names, against those of the certificate that is valid on the day. More than it has deceives buyers and goes nowhere;
/// fewer are the owner's to correct.</summary>
internal static partial class StarClaims
{
    /// <param name="held">Of the certificate; null: none is valid.</param>
    /// <returns>Null: nothing is wrong.</returns>
    public static IssueFinding? Check(string text, int? held)
    {
        var folded = VietnameseText.Fold(text);
        var plain = Plain().Matches(folded).Select(m => Stars(m.Groups[1].Value)).Concat(Signs(text)).ToList();
        if (plain.DefaultIfEmpty().Max() is var most && most > (held ?? 0))
        {
            return held is { } valid
                ? PreflightIssue.Of("stars_claim_too_high", Preflight.Number(most), Preflight.Number(valid))
                : PreflightIssue.Of("stars_claim_uncertified", Preflight.Number(most));
        }

        var doubtful = plain.Concat(Words().Matches(folded).Select(m => Stars(m.Groups[1].Value))).FirstOrDefault(n => n != held);
        return doubtful == 0 ? null : PreflightIssue.Of("stars_claim_mismatch", Preflight.Number(doubtful), Preflight.Number(held ?? 0));
    }

    private static IEnumerable<int> Signs(string text) => Drawn().Matches(text)
        .Select(m => m.Groups[1].Success ? Stars(m.Groups[1].Value) : m.Groups[2].Length).Where(n => n is >= 3 and <= 5);

    private static int Stars(string word) => word switch
    {
        "3" or "ba" or "three" => 3,
        "4" or "bon" or "four" => 4,
        _ => 5,
    };

    /// <summary>In folded text: "OCOP 5 sao", "đạt năm sao", "5 stars"; "tiềm năng 5 sao" is a flag of the certificate, not a claim of five stars.
    /// A number in words counts after a word of rating only: "hai năm sao cho" is about years.</summary>
    [GeneratedRegex(
        @"(?<!tiem nang |potential )\b([345]|(?<=\b(?:ocop|dat|hang|chuan|nhan|hieu) )(?:ba|bon|nam)|three|four|five) (?:sao|stars?)\b",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"(?<!tiem nang )\b(ba|bon|nam) sao\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"(?:\b([3-5])\s?)?([★⭐]{1,5})", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Drawn();
}
