using System.Globalization;
using System.Text;

namespace OcopMarket.Core.Catalog;

/// <summary>Vietnamese text as people type it and as it is compared.</summary>
public static class VietnameseText
{
    private const int Letters = 0x1F00;
    private const char Gap = '\u0001';
    private const char Nothing = '\u0002';

    /// <summary>What a character becomes by itself when it is folded: <see cref="Gap"/>, <see cref="Nothing"/>, a letter or digit; 0: to be
    /// looked at with the others.</summary>
    private static readonly char[] Folded = FoldedLetters();

    /// <summary>NFC, no zero-width or control characters, every run of blanks (no-break ones included) one space, trimmed. Null when
    /// nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (IsClean(text))
        {
            return text;
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
        text is null ? null : !text.Contains('\n', StringComparison.Ordinal) ? Clean(text) : string.Join('\n', text.Split('\n').Select(Clean)).Trim('\n') is { Length: > 0 } lines ? lines : null;

    /// <summary>For comparing and searching: lower case, no tone or vowel marks, đ as d, letters and digits only, single spaces.
    /// "Mật hoa dừa (Hòa Tân)" and "MAT HOA DUA HOA TAN" are equal. Never null.</summary>
    public static string Fold(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }

        var room = text.Length <= 512 ? stackalloc char[text.Length + 1] : new char[text.Length + 1];
        var (length, isGap) = (0, false);
        foreach (var c in text)
        {
            switch (c < Letters ? Folded[c] : default)
            {
                case default(char):
                    return FoldSlowly(text);
                case Gap:
                    isGap = length > 0;
                    break;
                case Nothing:
                    break;
                case var letter:
                    if (isGap)
                    {
                        room[length++] = ' ';
                        isGap = false;
                    }

                    room[length++] = letter;
                    break;
            }
        }

        return new(room[..length]);
    }

    private static string FoldSlowly(string text)
    {
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

    /// <summary>Of most texts a look at each character shows that they are clean: letters with their marks in one, single blanks within.</summary>
    private static bool IsClean(string text)
    {
        var wasBlank = true;
        foreach (var c in text)
        {
            if (c == ' ' ? wasBlank : !IsPlain(c))
            {
                return false;
            }

            wasBlank = c == ' ';
        }

        return !wasBlank;
    }

    /// <summary>No blank, nothing that does not show, no letter that stands for another, and composed as it is.</summary>
    private static bool IsPlain(char c) => c switch
    {
        <= '\u0020' or '\u00AD' or '\u00D0' or '\u00F0' => false,
        <= '\u007E' or (>= '\u00A1' and <= '\u02FF') or (>= '\u1E00' and <= '\u1EFF') or (>= '\u2010' and <= '\u2027') => true,
        _ => false,
    };

    private static char[] FoldedLetters()
    {
        var folded = new char[Letters];
        for (var c = 0; c < Letters; c = c == 0x2FF ? 0x1E00 : c + 1)
        {
            var with = FoldSlowly($"a{(char)c}b");
            folded[c] = with switch
            {
                "ab" => Nothing,
                "a b" => Gap,
                { Length: 3 } => with[1],
                _ => default,
            };
        }

        return folded;
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
