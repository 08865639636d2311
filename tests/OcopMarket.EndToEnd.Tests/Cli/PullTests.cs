using System.Text.Json;

namespace OcopMarket.EndToEnd.Tests.Cli;

[Trait("Category", "Culture")]
public sealed class PullTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private const string Heading = "Tên sản phẩm,Tên chủ thể,Số sao,Ngày cấp\n";

    private static string Sample => Path.Combine(AppFolder.Config, "samples", "danh-sach-mau.xlsx");

    [Fact]
    public async Task The_example_workbook_comes_in_whole_and_the_second_time_unchanged()
    {
        var first = await app.JsonAsync("pull", "danh-sach-mau", "--file", Sample, "--json");
        var second = await app.JsonAsync("pull", "danh-sach-mau", "--file", Sample, "--json");

        Assert.True(Number(first, "accepted") > 0);
        Assert.Equal(0, Number(first, "rejected"));
        Assert.Equal(Number(first, "rows"), Sum(first));
        Assert.Equal(Number(first, "accepted"), Number(second, "unchanged"));
        Assert.Equal(0, Number(second, "accepted"));
        Assert.Equal(Number(second, "rows"), Sum(second));
        Assert.Equal("real", await app.ScalarAsync<string>("SELECT value FROM setting WHERE key = 'mode'"));
    }

    [Fact]
    public async Task A_bad_row_is_reported_and_only_strict_ends_with_three()
    {
        var list = app.Folder.Write("bad-row.csv", Heading + "Mật hoa dừa,HTX Một,4,01/02/2025\nTrà hoa vàng,HTX Hai,99 sao,01/02/2025\n,HTX Ba,3,01/02/2025\n");

        var plain = await app.RunAsync("pull", "bad-row", "--file", list);
        var strict = await app.RunAsync("pull", "bad-row", "--file", list, "--strict", "--json");

        Assert.Equal(0, plain.Code);
        Assert.Equal(3, strict.Code);
        var report = JsonDocument.Parse(strict.Output).RootElement;
        Assert.Equal(Number(report, "rows"), Sum(report));
        var rejected = report.GetProperty("rejectedRows").EnumerateArray().ToList();
        Assert.Equal(Number(report, "rejected"), rejected.Count);
        Assert.NotEmpty(rejected);
        Assert.All(rejected, r =>
        {
            Assert.True(r.GetProperty("row").GetInt32() > 1);
            Assert.NotEqual("", r.GetProperty("column").GetString());
            Assert.NotEqual("", r.GetProperty("reason").GetString());
            Assert.Contains($"row {r.GetProperty("row").GetInt32()}, {r.GetProperty("column").GetString()}: ", plain.Output, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Rejected_rows_come_out_as_text_and_go_back_in_when_they_are_mended()
    {
        var list = app.Folder.Write("formulas.csv", Heading + "=cmd|'/c calc'!A0,HTX Một,99 sao,01/02/2025\n-Trà hoa,+84912345678,99 sao,01/02/2025\n");
        var rejected = Path.ChangeExtension(list, ".rejected.csv");

        var first = await app.JsonAsync("pull", "formulas", "--file", list, "--rejected", rejected, "--json");
        var text = await File.ReadAllTextAsync(rejected);
        await File.WriteAllTextAsync(rejected, text.Replace("99 sao", "4 sao", StringComparison.Ordinal));
        var second = await app.JsonAsync("pull", "formulas", "--file", rejected, "--json");

        Assert.Equal(2, Number(first, "rejected"));
        Assert.Contains("\"'=cmd|'/c calc'!A0\"", text, StringComparison.Ordinal);
        Assert.Contains("\"'+84912345678\"", text, StringComparison.Ordinal);
        Assert.Equal(2, Number(second, "accepted"));
        Assert.Equal(1, await app.ScalarAsync<long>("SELECT count(*) FROM product WHERE name = '-Trà hoa'"));
        Assert.Equal(1, await app.ScalarAsync<long>("SELECT count(*) FROM producer WHERE name = '+84912345678'"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_come_and_brings_nothing()
    {
        var list = app.Folder.Write("dry.csv", Heading + "Bưởi da xanh,HTX Khô,4,01/02/2025\nKẹo dừa,HTX Khô,3,01/02/2025\n");
        var before = await app.CountsAsync();

        var report = await app.JsonAsync("pull", "dry", "--file", list, "--dry-run", "--json");

        Assert.Equal(2, Number(report, "accepted"));
        Assert.Equal(before, await app.CountsAsync());
    }

    [Theory]
    [InlineData("no-heading.csv")]
    [InlineData("cut.xlsx")]
    [InlineData("cut.csv")]
    [InlineData("empty.csv")]
    [InlineData("picture.xlsx")]
    [InlineData("missing.csv")]
    public async Task An_unusable_file_is_refused_whole(string name)
    {
        var path = await MakeAsync(name);
        var before = await app.CountsAsync();

        var result = await app.RunAsync("pull", "unusable", "--file", path);

        Refusal.IsOneSentence(result, 4);
        Assert.Equal(before, await app.CountsAsync());
    }

    [Fact]
    public async Task An_unknown_source_names_those_that_are_known()
    {
        var result = await app.RunAsync("pull", "khong-co");

        Refusal.IsOneSentence(result, 4);
        Assert.Contains("sample", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_complete_list_that_shrank_is_held_until_a_person_accepts_it()
    {
        var whole = Path.Combine(AppFolder.Config, "samples", "tra-vinh", "products.ndjson");
        await app.JsonAsync("pull", "sample", "--json");
        var shorter = app.Folder.Write("shorter.ndjson", string.Join('\n', (await File.ReadAllLinesAsync(whole)).Take(10)) + "\n");
        var before = await app.CountsAsync();

        var held = await app.RunAsync("pull", "sample", "--file", shorter, "--json");

        Assert.Equal(4, held.Code);
        Assert.Single(held.ErrorLines);
        Assert.Equal("shrunk_too_much", JsonDocument.Parse(held.Output).RootElement.GetProperty("failure").GetString());
        Assert.Equal(before, await app.CountsAsync());

        var accepted = await app.JsonAsync("pull", "sample", "--file", shorter, "--json", "--accept-shrink");
        Assert.True(Number(accepted, "gone") > 10);
    }

    private async Task<string> MakeAsync(string name)
    {
        var path = Path.Combine(app.Folder.Path, name);
        switch (name)
        {
            case "no-heading.csv":
                return app.Folder.Write(name, "một,hai,ba\n1,2,3\n4,5,6\n");
            case "cut.xlsx":
                var whole = await File.ReadAllBytesAsync(Sample);
                await File.WriteAllBytesAsync(path, whole[..(whole.Length * 2 / 3)]);
                return path;
            case "cut.csv":
                return app.Folder.Write(name, Heading + "Kẹo dừa,HTX Cụt,3,01/02/2025\n\"Bánh tét,HTX");
            case "picture.xlsx":
                File.Copy(Path.Combine(AppFolder.Config, "samples", "tra-vinh", "images", "01.jpg"), path, overwrite: true);
                return path;
            case "empty.csv":
                return app.Folder.Write(name, "");
            default:
                return path;
        }
    }

    private static int Number(JsonElement report, string key) => report.GetProperty(key).GetInt32();

    private static int Sum(JsonElement report) =>
        Number(report, "accepted") + Number(report, "unchanged") + Number(report, "repeated") + Number(report, "rejected");
}
