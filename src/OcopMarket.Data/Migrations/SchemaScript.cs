using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OcopMarket.Data.Migrations;

/// <summary>One numbered step of the schema, embedded in the program.</summary>
/// <param name="Sha256">Of the text with plain line ends, lower-case hex.</param>
internal sealed partial record SchemaScript(int Version, string Name, string Sql, string Sha256)
{
    /// <summary>All scripts of the program in the order of their numbers.</summary>
    public static IReadOnlyList<SchemaScript> All { get; } = [.. Load().OrderBy(s => s.Version)];

    private static IEnumerable<SchemaScript> Load()
    {
        var assembly = typeof(SchemaScript).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (FileName().Match(resource) is { Success: true } match)
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
                yield return new(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, sql, hash);
            }
        }
    }

    [GeneratedRegex(@"\.Schema\.(\d{4})_(\w+)\.sql$", RegexOptions.None, 1000)]
    private static partial Regex FileName();
}
