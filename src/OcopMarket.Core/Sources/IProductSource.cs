namespace OcopMarket.Core.Sources;

/// <summary>Where products are pulled from. A source reads and normalises; it never writes, and never looks at the database.</summary>
public interface IProductSource
{
    /// <summary>Key of the source in <c>config/sources</c>, for example <c>tra-vinh</c>.</summary>
    string Key { get; }

    /// <summary>Whether a complete run holds every product the source knows. Only then may a missing product be declared gone.</summary>
    bool IsCompleteSnapshot { get; }

    /// <summary>Looks whether the input can be read at all: type, size, heading, end of file. Reads nothing into the catalogue.</summary>
    /// <exception cref="SourceException">The whole input is unusable.</exception>
    Task<SourceCheck> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Pages of at most 1,000 rows in the order of the file. The same cursor gives the same rest of the set.</summary>
    /// <param name="cursor">Null for the beginning, else the <see cref="SourcePage.Cursor"/> of the last page that was applied.</param>
    /// <exception cref="SourceException">The input broke off; what was read before must not be applied.</exception>
    IAsyncEnumerable<SourcePage> ReadAsync(string? cursor, CancellationToken cancellationToken);
}

/// <param name="Description">What was found, for the run's page: sheets, heading rows, encoding.</param>
/// <param name="ContentHash">SHA-256 of the whole input, hex.</param>
/// <param name="Rows">Data rows expected, when cheap to know.</param>
public sealed record SourceCheck(string Description, string ContentHash, int? Rows);

/// <param name="Records">Rows that became records.</param>
/// <param name="Rejected">Rows that could not.</param>
/// <param name="Repeated">Rows of this page that say the same as an earlier row of the file, cell by cell.</param>
/// <param name="Cursor">Where the next page begins.</param>
public sealed record SourcePage(
    IReadOnlyList<SourceRecord> Records, IReadOnlyList<RejectedRow> Rejected, int Repeated, string Cursor)
{
    /// <summary>Rows known to be stored exactly like this, which were not parsed.</summary>
    public int Unchanged { get; init; }

    /// <summary>Data rows read on this page.</summary>
    public int Rows => Records.Count + Rejected.Count + Repeated + Unchanged;
}

/// <summary>A row that cannot become a product. The rest of the file goes on.</summary>
/// <param name="Column">Heading as it stands in the file, or our name of the field when the column is missing.</param>
/// <param name="Code">Stable code, for counting: <c>name_missing</c>, <c>stars_unreadable</c> ...</param>
/// <param name="ReasonVi">One sentence: what is wrong and what to do.</param>
/// <param name="ReasonEn">The same in English.</param>
public sealed record RejectedRow(
    RowPosition Position, string Column, string Code, string ReasonVi, string ReasonEn, IReadOnlyList<KeyValuePair<string, string>> Raw)
{
    /// <summary>The row's key without its number, where the row still says what it is about: what is stored of it is then not gone.</summary>
    public string? KeyStem { get; init; }
}

/// <summary>The whole input is unusable: nothing is applied. Says what is wrong and what to do, in both languages.</summary>
public sealed class SourceException(string code, string messageVi, string messageEn, Exception? inner = null)
    : Exception(messageEn, inner)
{
    /// <summary>Stable code: <c>header_not_found</c>, <c>file_cut</c>, <c>file_empty</c>, <c>wrong_type</c>, <c>file_missing</c>, <c>too_large</c> ...</summary>
    public string Code { get; } = code;
    public string MessageVi { get; } = messageVi;
    public string MessageEn { get; } = messageEn;
}
