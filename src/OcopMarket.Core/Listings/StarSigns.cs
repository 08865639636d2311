using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OcopMarket.Core.Listings;

/// <summary>Text with every sign that looks like a star, a digit or a Latin letter as that one, so that a claim is found however it is drawn.
/// For comparing only: what is sent keeps its own signs.</summary>
internal static class StarSigns
{
    public const char Filled = '★';
    public const char Outlined = '☆';

    private const int VariationSelectors = 0xFE00;
    private const int LastVariationSelector = 0xFE0F;
    private const int Keycap = 0x20E3;

    private static readonly FrozenSet<int> FilledStars = Runes("★⭐🌟✪✭✮✯✰✫⭑🟊🟉🌠⚝🟄🟌🟆");
    private static readonly FrozenSet<int> OutlinedStars = Runes("☆✩⭒⚹");

    /// <summary>Letters of other scripts that cannot be told from Latin ones by eye (Unicode's list of confusable characters, the lower-case
    /// letters that "ocop", "sao", "ngôi", "star" and "tiềm năng" need, and their capitals).</summary>
    private static readonly FrozenDictionary<char, char> LookAlikes =
        "аАαΑɑоОοΟօѕЅꜱсСϲрРρΡтТΤτгіІιΙıпΝոցɡмМΜеЕΕЗзƷЧчƼƽ"
            .Zip("aAaAaoOoOosSscCcpPpPtTTtriIiIinNnggmMMeEE3334455").ToFrozenDictionary(p => p.First, p => p.Second);

    public static string Normalise(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is (>= VariationSelectors and <= LastVariationSelector) or Keycap)
            {
                continue;
            }

            if (FilledStars.Contains(rune.Value))
            {
                result.Append(Filled);
            }
            else if (OutlinedStars.Contains(rune.Value))
            {
                result.Append(Outlined);
            }
            else
            {
                Append(result, rune);
            }
        }

        return result.ToString();
    }

    private static void Append(StringBuilder result, Rune rune)
    {
        if (rune.Value > 0x7F && Rune.GetNumericValue(rune) is >= 0 and <= 9 and var number && double.IsInteger(number))
        {
            // A circled number stands apart from its neighbours, a digit of another script among its like.
            var digit = (char)('0' + (int)number);
            _ = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? result.Append(digit) : result.Append(' ').Append(digit).Append(' ');
            return;
        }

        // Full-width, raised and bold signs are the plain ones with a mark of compatibility.
        foreach (var c in rune.ToString().Normalize(NormalizationForm.FormKC))
        {
            result.Append(LookAlikes.GetValueOrDefault(c, c));
        }
    }

    /// <summary>Most texts hold nothing beyond Latin letters and common punctuation.</summary>
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= '\u0000' and <= '\u007F') or (>= '\u00C0' and <= '\u0130') or (>= '\u0132' and <= '\u01BB') or (>= '\u1E00' and <= '\u1EFF')
                or (>= '\u0300' and <= '\u036F') or (>= '\u2010' and <= '\u2027')))
            {
                return false;
            }
        }

        return true;
    }

    private static FrozenSet<int> Runes(string signs) => signs.EnumerateRunes().Select(r => r.Value).ToFrozenSet();
}
