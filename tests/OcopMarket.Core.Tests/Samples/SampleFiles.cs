using System.Text;
using System.Text.Json;

namespace OcopMarket.Core.Tests.Samples;

/// <summary>The sample of <c>config/samples/tra-vinh</c> and the tables of <c>config/ocop</c>, as they lie in the working tree.</summary>
internal static class SampleFiles
{
    public static string Config { get; } = Path.Combine(Root(), "config");

    public static string Sample(string name) => Path.Combine(Config, "samples", "tra-vinh", name);

    public static IReadOnlyList<JsonElement> Rows { get; } =
        [.. File.ReadAllLines(Sample("products.ndjson"), Encoding.UTF8).Select(line => JsonElement.Parse(line))];

    public static JsonElement Expected { get; } = JsonElement.Parse(File.ReadAllText(Sample("expected.json"), Encoding.UTF8));

    /// <summary>Row number -> issue of the rows that must not go live somewhere.</summary>
    public static IReadOnlyDictionary<int, string> NotLive { get; } = Expected.GetProperty("notLive").EnumerateArray()
        .ToDictionary(r => r.GetProperty("row").GetInt32(), r => r.GetProperty("issue").GetString()!);

    /// <summary>Rows of a table without its heading. None of the fields asked for is quoted.</summary>
    public static IReadOnlyList<string[]> Table(string name) =>
        [.. File.ReadAllLines(Path.Combine(Config, "ocop", name), Encoding.UTF8).Skip(1).Select(line => line.Split(','))];

    public static int? Number(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    public static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OcopMarket.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds OcopMarket.sln.");
        }

        return folder.FullName;
    }
}
