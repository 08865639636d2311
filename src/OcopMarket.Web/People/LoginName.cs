using System.Net.Mail;
using Microsoft.AspNetCore.Identity;

namespace OcopMarket.Web.People;

/// <summary>What people sign in with: an e-mail address, or a telephone number of Viet Nam in any of the ways it is written.</summary>
public static class LoginName
{
    private const int Longest = 200;

    /// <summary><c>0294 385.0000</c> and <c>+84 294 3850000</c> become <c>02943850000</c>; an address becomes lower case. What is neither stays,
    /// trimmed and in lower case, and names nobody.</summary>
    public static string Normalise(string? typed)
    {
        var text = (typed ?? "").Trim();
        text = text.Length > Longest ? text[..Longest] : text;
        if (text.Contains('@', StringComparison.Ordinal))
        {
            return text.ToLowerInvariant();
        }

        var digits = string.Concat(text.Where(c => c is not (' ' or '.' or '-' or '(' or ')' or '\u00A0')));
        digits = digits.StartsWith("+84", StringComparison.Ordinal) ? $"0{digits[3..]}" : digits;
        return IsPhone(digits) ? digits : text.ToLowerInvariant();
    }

    /// <param name="normalised">From <see cref="Normalise"/>.</param>
    public static bool IsValid(string normalised) => IsPhone(normalised) || IsMail(normalised);

    public static bool IsMail(string text) =>
        text.Contains('@', StringComparison.Ordinal) && MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.', StringComparison.Ordinal);

    private static bool IsPhone(string text) => text is ['0', ..] && text.Length is 10 or 11 && text.All(char.IsAsciiDigit);
}

/// <summary>Identity looks people up by the same form that they are stored in.</summary>
internal sealed class LoginNormaliser : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name is null ? null : LoginName.Normalise(name);

    public string? NormalizeEmail(string? email) => NormalizeName(email);
}
