using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Sources;

/// <summary>How a source's file is written.</summary>
public enum SourceKind { Workbook, Csv, Ndjson }

/// <summary>One source: a file of <c>config/sources</c>, or what the command line names.</summary>
public sealed record SourceSettings
{
    /// <summary>Key of the source, for example <c>tra-vinh</c>.</summary>
    public required string Key { get; init; }
    public required SourceKind Kind { get; init; }

    /// <summary>The file to read.</summary>
    public required string Path { get; init; }

    /// <summary>Name for people, in Vietnamese.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the file holds every product that the source knows. Default: no, it is an addition.</summary>
    public bool CompleteSnapshot { get; init; }

    /// <summary>Day that offsets such as <c>issuedDaysAgo</c> count from; required when the file has them.</summary>
    public DateOnly? AnchorDay { get; init; }

    /// <summary>Province of rows that name none.</summary>
    public string? DefaultProvince { get; init; }

    /// <summary>Sheets to read, by name; null: every visible sheet with a recognisable heading.</summary>
    public IReadOnlyList<string>? Sheets { get; init; }
    public SourceLimits Limits { get; init; } = new();

    /// <summary>Reads one settings file. A relative path in it is taken from <paramref name="root"/>.</summary>
    /// <exception cref="SourceException">Missing, unreadable or with an unknown entry.</exception>
    public static SourceSettings FromFile(string file, string root)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<SourceSettings>(File.ReadAllText(file), Reading)
                ?? throw new JsonException("null");
            return settings with { Path = System.IO.Path.Combine(root, settings.Path) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refusals.Unreadable(file, error);
        }
        catch (JsonException error)
        {
            throw Refusals.SettingsUnreadable(file, error);
        }
    }

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };
}

/// <summary>Budgets against broken and hostile files. Reaching one refuses the whole file.</summary>
public sealed record SourceLimits
{
    /// <summary>Size of the file, bytes. A workbook is held in memory, so its budget is smaller.</summary>
    public long FileBytes { get; init; } = 2L << 30;
    public long WorkbookBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of all parts of a workbook after inflating, counted while inflating.</summary>
    public long InflatedBytes { get; init; } = 256L << 20;

    /// <summary>Characters of all texts of a workbook: the reader holds the shared ones in memory.</summary>
    public long TextCharacters { get; init; } = 64L << 20;
    public int ZipEntries { get; init; } = 1_000;
    public int Cells { get; init; } = 5_000_000;
    public int MergedRanges { get; init; } = 100_000;

    /// <summary>Columns that hold anything; more is not a product list.</summary>
    public int Columns { get; init; } = 256;

    /// <summary>Characters of one cell, bytes of one NDJSON line.</summary>
    public int CellCharacters { get; init; } = 100_000;
    public int LineBytes { get; init; } = 1 << 20;

    /// <summary>For looking through a workbook and reading it, the time of whoever takes its rows left out.</summary>
    public TimeSpan WorkbookTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Rows of one page; at most 1,000.</summary>
    public int PageRows { get; init; } = 1_000;
}
