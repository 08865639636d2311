using OcopMarket.Sources.Csv;
using OcopMarket.Sources.Ndjson;
using OcopMarket.Sources.Workbook;

namespace OcopMarket.Sources;

/// <summary>Makes sources from their settings.</summary>
public static class ProductSources
{
    /// <param name="settings">Names the file and its kind; the content is looked at, not the name's ending alone.</param>
    /// <param name="time">For the last plausible year when the settings have no anchor day. Default: the system's clock.</param>
    /// <exception cref="SourceException">Wrong settings, a missing or empty file, or one of another type.</exception>
    public static IProductSource Create(SourceSettings settings, TimeProvider? time = null)
    {
        if (string.IsNullOrWhiteSpace(settings.Key) || string.IsNullOrWhiteSpace(settings.Path))
        {
            throw Refusals.SettingsInvalid("thiếu key hoặc path", "key or path is missing");
        }

        SourceFile.Inspect(settings);
        var clock = time ?? TimeProvider.System;
        return settings.Kind switch
        {
            SourceKind.Workbook => new WorkbookSource(settings, clock),
            SourceKind.Csv => new CsvSource(settings, clock),
            SourceKind.Ndjson => new NdjsonSource(settings, clock),
            _ => throw Refusals.SettingsInvalid("kind phải là workbook, csv hoặc ndjson", "kind must be workbook, csv or ndjson"),
        };
    }

    /// <summary>The kind that a file's name tells: .xlsx, .csv (.tsv, .txt), .ndjson (.jsonl).</summary>
    /// <exception cref="SourceException">Another ending.</exception>
    public static SourceKind KindOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".xlsx" or ".xlsm" => SourceKind.Workbook,
        ".csv" or ".tsv" or ".txt" => SourceKind.Csv,
        ".ndjson" or ".jsonl" => SourceKind.Ndjson,
        ".xls" => throw Refusals.OldWorkbook(),
        _ => throw Refusals.SettingsInvalid("đuôi tệp phải là .xlsx, .csv hoặc .ndjson",
            "the file must end in .xlsx, .csv or .ndjson"),
    };
}
