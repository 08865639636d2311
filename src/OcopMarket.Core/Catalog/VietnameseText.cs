using System.Globalization;
using System.Text;

namespace OcopMarket.Core.Catalog;

/// <summary>Vietnamese text as people type it and as it is compared.</summary>
public static class VietnameseText
{
    /// <summary>NFC, no zero-width or control characters, every run of blanks (no-break ones included) one space, trimmed. Null when
    /// nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var result = new StringBuilder(text.Length);
        var blank = false;
        foreach (var c in Compose(text))
        {
            if (char.IsWhiteSpace(c))
            {
                blank = result.Length > 0;
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))
            {
                if (blank)
                {
                    result.Append(' ');
                    blank = false;
                }

                // The Icelandic letter looks like Đ and is what some old keyboards and converters leave in its place.
                result.Append(c switch { '\u00D0' => 'Đ', '\u00F0' => 'đ', _ => c });
            }
        }

        return result.Length == 0 ? null : result.ToString();
    }

    /// <summary>Clean text that keeps its line breaks (descriptions).</summary>
    public static string? CleanLines(string? text) =>
        text is null ? null : string.Join('\n', text.Split('\n').Select(Clean)).Trim('\n') is { Length: > 0 } lines ? lines : null;

    /// <summary>For comparing and searching: lower case, no tone or vowel marks, đ as d, letters and digits only, single spaces.
    /// "Mật hoa dừa (Hòa Tân)" and "MAT HOA DUA HOA TAN" are equal. Never null.</summary>
    public static string Fold(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }

        var result = new StringBuilder(text.Length);
        var gap = false;
        foreach (var c in Decompose(text))
        {
            if (char.IsLetterOrDigit(c))
            {
                if (gap && result.Length > 0)
                {
                    result.Append(' ');
                }

                gap = false;
                result.Append(c is 'đ' or 'Đ' or '\u00F0' or '\u00D0' ? 'd' : char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format))
            {
                gap = true;
            }
        }

        return result.ToString();
    }

    // A lone surrogate has no normal form and would throw; it becomes the replacement character.
    private static string Compose(string text) => Repair(text).Normalize(NormalizationForm.FormC);

    private static string Decompose(string text) => Repair(text).Normalize(NormalizationForm.FormD);

    private static string Repair(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}
