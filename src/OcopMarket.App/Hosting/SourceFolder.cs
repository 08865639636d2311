using OcopMarket.Sources;

namespace OcopMarket.App.Hosting;

/// <summary>Sources by name: <c>config/sources/NAME.json</c>, or a file that somebody points at.</summary>
internal static class SourceFolder
{
    /// <exception cref="StartException">No such source, or its file is wrong.</exception>
    public static SourceSettings Load(AppHome home, string key)
    {
        var file = Path.Combine(home.ConfigFolder, "sources", $"{key}.json");
        if (!File.Exists(file) || key == "headings")
        {
            throw new StartException(
                $"There is no source '{key}'. Known: {string.Join(", ", Keys(home))}. Or read a file of your own: ./run pull {key} --file LIST.xlsx");
        }

        return SourceSettings.FromFile(file, Path.GetDirectoryName(home.ConfigFolder)!);
    }

    public static IEnumerable<string> Keys(AppHome home) =>
        Directory.EnumerateFiles(Path.Combine(home.ConfigFolder, "sources"), "*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Where(k => k != "headings").Order(StringComparer.Ordinal);

    /// <summary>A file of the user's own: what it is shows its name, and the reader looks at its bytes.</summary>
    public static SourceSettings OfFile(string key, string path) => new()
    {
        Key = key,
        Path = Path.GetFullPath(path),
        Name = Path.GetFileName(path),
        Kind = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" or ".txt" or ".tsv" => SourceKind.Csv,
            ".ndjson" or ".jsonl" or ".json" => SourceKind.Ndjson,
            _ => SourceKind.Workbook,
        },
    };
}
