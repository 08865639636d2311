using System.Globalization;

namespace OcopMarket.Web.Parts;

/// <summary>Values from an address: what makes no sense is as if it were not there.</summary>
internal static class Query
{
    /// <summary>Null for blank; a null character, which PostgreSQL cannot hold, is taken out.</summary>
    public static string? Text(string? value) =>
        string.IsNullOrWhiteSpace(value) ? null : value.Replace("\0", "", StringComparison.Ordinal).Trim();

    public static long? Id(string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static int? Small(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
