using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Http;

/// <summary>A platform's text as it may leave an adapter: at most 500 characters and without the token that the call carried.</summary>
internal static class Details
{
    private const int Longest = 500;

    public static string Of(string? text, params ReadOnlySpan<Secret> secrets)
    {
        var clean = text ?? "";
        foreach (var secret in secrets)
        {
            clean = secret.IsEmpty ? clean : clean.Replace(secret.Reveal(), "***", StringComparison.Ordinal);
        }

        return clean.Length <= Longest ? clean : clean[..(char.IsHighSurrogate(clean[Longest - 1]) ? Longest - 1 : Longest)];
    }
}
