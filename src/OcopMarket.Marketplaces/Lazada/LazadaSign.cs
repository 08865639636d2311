using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Section 2 of the platform's sheet: HMAC-SHA256 with the application's secret over the path and every text parameter, sorted by name, as they
/// are and not as an address encodes them, in upper-case hex. What is empty is left out; a picture's bytes are not signed.</summary>
internal static class LazadaSign
{
    /// <param name="path">Without <c>/rest</c>: <c>/product/create</c>.</param>
    public static string Of(Secret secret, string path, IEnumerable<(string Name, string Value)> parameters)
    {
        var text = new StringBuilder(path);
        foreach (var (name, value) in parameters.Where(p => p.Value.Length > 0).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            text.Append(name).Append(value);
        }

        return Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes(text.ToString())));
    }
}
