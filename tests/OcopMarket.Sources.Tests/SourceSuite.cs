using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>What every source promises: restart anywhere, no row lost, a cut file gives nothing.</summary>
public abstract class SourceSuite
{
    private const int Rows = 53;

    protected abstract string Ending { get; }

    /// <summary>The list of <paramref name="rows"/>: number, name, producer, year (text).</summary>
    protected abstract byte[] Write(IReadOnlyList<(int Number, string Name, string Producer, string Year)> rows);

    /// <summary>Lengths at which a cut file cannot be told from a whole one: between two rows of a text file.</summary>
    protected virtual bool IsWholeAt(byte[] content, int length) => false;

    [Fact]
    public async Task Restart_from_any_cursor_gives_the_same_rest()
    {
        using var file = new TempFile(Write(Some()), Ending);
        var settings = file.Settings with { Limits = new SourceLimits { PageRows = 5 } };
        var whole = await ReadList.Of(settings);

        Assert.Equal((Rows, 11), (whole.Rows, whole.Cursors.Count));
        Assert.Equal(Rows, whole.Check.Rows);
        for (var page = 0; page < whole.Cursors.Count; page++)
        {
            var rest = await ReadList.Of(settings, cursor: whole.Cursors[page]);
            Assert.Equal(Math.Max(0, Rows - (5 * (page + 1))), rest.Rows);
            Assert.Equal(whole.Records.TakeLast(rest.Records.Count).Select(Text), rest.Records.Select(Text));
            Assert.Equal(whole.Cursors.Skip(page + 1), rest.Cursors);
        }
    }

    [Fact]
    public async Task A_page_read_twice_is_the_same_page()
    {
        using var file = new TempFile(Write(Some()), Ending);

        Assert.Equal((await ReadList.Of(file.Settings)).Records.Select(Text), (await ReadList.Of(file.Settings))
            .Records.Select(Text));
    }

    [Fact]
    public async Task A_bad_record_does_not_lose_its_page()
    {
        var rows = Some();
        rows[7] = rows[7] with { Year = "lâu rồi" };

        var list = await ReadList.Of(Write(rows), Ending);

        Assert.Equal((rows[7].Name, Rows - 1 - list.Repeated), (Name(Assert.Single(list.Rejected)), list.Records.Count));
    }

    [Fact]
    public async Task A_file_cut_at_any_hundredth_gives_nothing()
    {
        var content = Write(Some());
        var tried = 0;
        foreach (var length in Enumerable.Range(0, 100).Select(percent => content.Length * percent / 100)
            .Where(length => !IsWholeAt(content, length)))
        {
            await ReadList.Refused(content[..length], Ending);
            tried++;
        }

        Assert.InRange(tried, 80, 100);
    }

    [Fact]
    public async Task A_cursor_of_another_file_is_refused()
    {
        using var file = new TempFile(Write(Some()), Ending);
        using var other = new TempFile(Write([.. Some().Take(20)]), Ending);
        var cursor = (await ReadList.Of(file.Settings)).Cursors[0];

        Assert.Equal("file_changed",
            (await Assert.ThrowsAsync<SourceException>(() => ReadList.Of(other.Settings, cursor: cursor))).Code);
    }

    [Fact]
    public async Task Cancellation_stays_cancellation()
    {
        using var file = new TempFile(Write(Some()), Ending);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProductSources.Create(file.Settings)
            .CheckAsync(cancelled.Token));
    }

    // Every tenth row repeats the one before, every thirteenth has its key but another year of recognition.
    private static List<(int Number, string Name, string Producer, string Year)> Some()
    {
        var rows = Enumerable.Range(1, Rows)
            .Select(i => (i, $"Bánh tét số {i}", $"Hộ kinh doanh Sơn {i % 7}", $"{2019 + (i % 5)}")).ToList();
        for (var i = 9; i < Rows; i += 10)
        {
            rows[i] = rows[i - 1] with { Item1 = i + 1 };
        }

        return rows;
    }

    private static string Name(RejectedRow row) => row.Raw.First(cell => cell.Key is "Tên sản phẩm" or "productName").Value;

    private static string Text(SourceRecord record) =>
        $"{record.Position} {record.Key} {record.ProductName} {record.ProducerName} {record.Certification}";
}

[Trait("Category", "Culture")]
public sealed class WorkbookSuite : SourceSuite
{
    protected override string Ending => ".xlsx";

    protected override byte[] Write(IReadOnlyList<(int Number, string Name, string Producer, string Year)> rows)
    {
        var file = new XlsxFile { SharedTexts = true };
        var first = file.Sheet("A").Row("TT", "Tên sản phẩm", "Chủ thể", "Năm");
        var second = file.Sheet("B").Row("DANH SÁCH").Row("TT", "Tên sản phẩm", "Chủ thể", "Năm");
        for (var i = 0; i < rows.Count; i++)
        {
            (i < rows.Count / 2 ? first : second).Row(rows[i].Number, rows[i].Name, rows[i].Producer, rows[i].Year);
        }

        return file.ToBytes();
    }
}

[Trait("Category", "Culture")]
public sealed class CsvSuite : SourceSuite
{
    protected override string Ending => ".csv";

    protected override byte[] Write(IReadOnlyList<(int Number, string Name, string Producer, string Year)> rows) =>
        System.Text.Encoding.UTF8.GetBytes(
        "TT,Tên sản phẩm,Chủ thể,Năm\r\n"
            + string.Concat(rows.Select(row => $"{row.Number},\"{row.Name}\",{row.Producer},{row.Year}\r\n")));

    protected override bool IsWholeAt(byte[] content, int length) => length > 0 && content[length - 1] == '\n' && length > 40;
}

[Trait("Category", "Culture")]
public sealed class NdjsonSuite : SourceSuite
{
    protected override string Ending => ".ndjson";

    protected override byte[] Write(IReadOnlyList<(int Number, string Name, string Producer, string Year)> rows) =>
        System.Text.Encoding.UTF8.GetBytes(
        string.Concat(rows.Select(row =>
            $"{{\"productName\":\"{row.Name}\",\"producerName\":\"{row.Producer}\",\"year\":\"{row.Year}\"}}\n")));

    protected override bool IsWholeAt(byte[] content, int length) => length > 0 && content[length - 1] is (byte)'\n' or (byte)'}';
}
