using System.Text.Json;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>One row as it goes to the database. Thousands wait while others are applied: the record that it was made of is not kept.</summary>
/// <param name="Raw">The row as read, for evidence.</param>
/// <param name="FileOrder">Position in the whole input; larger is later.</param>
/// <param name="Pictures">That it names, each once.</param>
internal sealed record StagedRow(
    string Key, RowPosition Position, RecordFacts Facts, byte[] Raw, long FileOrder, IReadOnlyList<Picture> Pictures)
{
    public byte[] Hash => Facts.Hash;

    /// <summary>None where more than the line decides what the row says: its pictures lie in files of their own.</summary>
    public UInt128? LineHash { get; init; }
    public UInt128? FieldHash { get; init; }

    /// <summary>The record of a row with pictures: it is made anew where one is still named but cannot be read.</summary>
    public SourceRecord? Named { get; init; }

    /// <summary>As read, for the list of rows that were refused.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Said => [.. JsonSerializer.Deserialize<Dictionary<string, string>>(Raw)!];

    /// <summary>SHA-256 of its pictures.</summary>
    public IEnumerable<string> Images => Pictures.Select(p => p.Sha256).OfType<string>();
}

/// <summary>A page checked and made ready: rows to compare, rows refused, warnings. Touches no database.</summary>
internal sealed class StagedPage
{
    /// <summary>Raise it when equal records give other facts: all rows then count as changed once.</summary>
    internal const byte NormaliserVersion = 1;

    public List<StagedRow> Rows { get; } = [];
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Keys of all that was met, also of rows that are refused.</summary>
    public List<string> Stems { get; } = [];
    public required SourceImages Images { get; init; }
    public int Repeated { get; private set; }

    /// <param name="firstRow">Rows of the input before this page.</param>
    public static async Task<StagedPage> OfAsync(
        SourcePage page, CertificateRules rules, SourceImages images, long firstRow, CancellationToken cancellationToken)
    {
        var staged = new StagedPage { Images = images, Repeated = page.Repeated };
        staged.Rejected.AddRange(page.Rejected);
        staged.Stems.AddRange(page.Rejected.Select(r => r.KeyStem).OfType<string>());
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var writer = new FactsWriter();
        foreach (var record in page.Records)
        {
            if (RecordGuard.Check(record) is { } refusal)
            {
                staged.Rejected.Add(refusal);
                staged.Stems.Add(RecordKey.Stem(record.Key));
                continue;
            }

            var pictures = await images.LookAsync(record, cancellationToken);
            staged.Add(RowOf(record, rules, firstRow + staged.Rows.Count, pictures, writer), keys);
        }

        return staged;
    }

    /// <summary>Keys of rows that name a picture which cannot be read.</summary>
    public string[] WithoutPicture() => [.. Rows.Where(r => r.Pictures.Any(p => p.Sha256 is null)).Select(r => r.Key)];

    /// <summary>A picture that is still named but cannot be read this time stays what it was.</summary>
    /// <param name="stored">SHA-256 by key of the row and path.</param>
    public void KeepPictures(IReadOnlyDictionary<(string Key, string Path), string> stored, CertificateRules rules)
    {
        using var writer = new FactsWriter();
        for (var i = 0; i < Rows.Count; i++)
        {
            var row = Rows[i];
            if (row.Pictures.Any(p => p.Sha256 is null && stored.ContainsKey((row.Key, p.Path))))
            {
                Rows[i] = RowOf(
                    row.Named!, rules, row.FileOrder,
                    [.. row.Pictures.Select(p => p with { Sha256 = p.Sha256 ?? stored.GetValueOrDefault((row.Key, p.Path)) })], writer);
            }
        }
    }

    /// <summary>Rows about people whose data were erased. What they say is kept nowhere, not even as a row that was refused.</summary>
    public void Refuse(Predicate<StagedRow> isErased)
    {
        Rejected.AddRange(Rows.Where(r => isErased(r)).Select(r => new RejectedRow(
            r.Position, "Producer", "erased", "Chủ thể của dòng này đã yêu cầu xóa dữ liệu; dòng không được lấy lại.",
            "The producer of this row had the data erased; the row is not taken again.", [])));
        Rows.RemoveAll(isErased);
    }

    private static StagedRow RowOf(
        SourceRecord record, CertificateRules rules, long fileOrder, IReadOnlyList<Picture> pictures, FactsWriter writer)
    {
        var facts = RecordFacts.Of(record, rules, [.. pictures.Select(p => p.Sha256).OfType<string>()], writer);
        var isWhole = record.Offer.Images.Count == 0;
        return new(record.Key, record.Position, facts, writer.Raw(record.Raw), fileOrder, pictures)
        {
            LineHash = isWhole ? record.LineHash : null,
            FieldHash = isWhole ? record.FieldHash : null,
            Named = isWhole ? null : record,
        };
    }

    private void Add(StagedRow row, Dictionary<string, byte[]> keys)
    {
        if (keys.TryAdd(row.Key, row.Hash))
        {
            Rows.Add(row);
        }
        else if (keys[row.Key].AsSpan().SequenceEqual(row.Hash))
        {
            Repeated++;
        }
        else
        {
            Rejected.Add(new(
                row.Position, "Key", "key_repeated",
                "Một dòng khác trong tệp có cùng mã nhưng nội dung khác; hãy giữ lại một dòng.",
                "Another row of the file has the same key and says something else; keep one of them.", row.Said));
        }
    }
}
