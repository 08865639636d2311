using System.Text;

namespace OcopMarket.Sources.Tests.Support;

/// <summary>A list read to its end.</summary>
internal sealed record ReadList(
    SourceCheck Check, IReadOnlyList<SourceRecord> Records, IReadOnlyList<RejectedRow> Rejected, int Repeated,
        IReadOnlyList<string> Cursors)
{
    public static readonly DateOnly Anchor = new(2026, 11, 23);

    public int Rows => Records.Count + Rejected.Count + Repeated;

    public SourceRecord One => Assert.Single(Records);

    public static Task<ReadList> Of(XlsxFile file, Func<SourceSettings, SourceSettings>? change = null) =>
        Of(file.ToBytes(), ".xlsx", change);

    public static Task<ReadList> OfCsv(string text, Func<SourceSettings, SourceSettings>? change = null) =>
        Of(Encoding.UTF8.GetBytes(text), ".csv", change);

    public static Task<ReadList> OfNdjson(string text, Func<SourceSettings, SourceSettings>? change = null) =>
        Of(Encoding.UTF8.GetBytes(text), ".ndjson", change);

    public static async Task<ReadList> Of(byte[] content, string ending, Func<SourceSettings, SourceSettings>? change = null)
    {
        using var file = new TempFile(content, ending);
        return await Of(file.Settings, change);
    }

    public static async Task<ReadList> Of(SourceSettings settings, Func<SourceSettings, SourceSettings>? change = null,
        string? cursor = null)
    {
        var source = ProductSources.Create(change is null ? settings : change(settings));
        var check = await source.CheckAsync(CancellationToken.None);
        var (records, rejected, repeated, cursors) = (new List<SourceRecord>(), new List<RejectedRow>(), 0, new List<string>());
        await foreach (var page in source.ReadAsync(cursor, CancellationToken.None))
        {
            records.AddRange(page.Records);
            rejected.AddRange(page.Rejected);
            repeated += page.Repeated;
            cursors.Add(page.Cursor);
        }

        return new ReadList(check, records, rejected, repeated, cursors);
    }

    /// <summary>The refusal of a whole file, which must come before any page.</summary>
    public static async Task<SourceException> Refused(byte[] content, string ending, Func<SourceSettings,
        SourceSettings>? change = null)
    {
        using var file = new TempFile(content, ending);
        var settings = change is null ? file.Settings : change(file.Settings);
        var checkedError = await Assert.ThrowsAsync<SourceException>(() => ProductSources.Create(settings)
            .CheckAsync(CancellationToken.None));
        var pages = 0;
        await Assert.ThrowsAsync<SourceException>(async () =>
        {
            await foreach (var _ in ProductSources.Create(settings).ReadAsync(null, CancellationToken.None))
            {
                pages++;
            }
        });
        Assert.Equal(0, pages);
        Assert.InRange(checkedError.MessageVi.Length, 20, 160);
        Assert.InRange(checkedError.MessageEn.Length, 20, 160);
        return checkedError;
    }
}

/// <summary>A file that goes away with the test.</summary>
internal sealed class TempFile : IDisposable
{
    public TempFile(byte[] content, string ending)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ocop-{Guid.NewGuid():N}{ending}");
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public SourceSettings Settings =>
        new() { Key = "t", Path = Path, Kind = ProductSources.KindOf(Path), AnchorDay = ReadList.Anchor };

    public void Dispose() => File.Delete(Path);
}
