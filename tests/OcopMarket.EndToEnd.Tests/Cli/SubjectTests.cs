using System.IO.Compression;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>Requests about personal data at the command line, with the real program.</summary>
public sealed class SubjectTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_copy_is_made_and_an_erasure_waits_for_a_second_person()
    {
        await app.ExecuteAsync("INSERT INTO producer (key, name, name_folded, contact_phone) VALUES ('p1', 'HTX Mật Dừa', 'htx mat dua', '0912000001')");
        Assert.Equal(2, (await app.RunAsync("subject", "ask", "erase", "--evidence", "Phiếu 1", "--by", "Lan")).Code);
        Assert.Equal(2, (await app.RunAsync("subject", "ask", "erase", "--unit", "86", "--evidence", "Phiếu 1", "--by", "Lan")).Code);
        Refusal.IsOneSentence(await app.RunAsync("subject", "ask", "erase", "--producer", "99", "--evidence", "Phiếu 1", "--by", "Lan"), 4);

        Assert.Equal(0, (await app.RunAsync("subject", "ask", "export", "--producer", "1", "--evidence", "Phiếu 1", "--by", "Lan")).Code);
        var open = Assert.Single((await app.JsonAsync("subject", "list", "--json")).GetProperty("requests").EnumerateArray());
        Assert.Equal(("export", "open", "HTX Mật Dừa"), (open.GetProperty("kind").GetString(), open.GetProperty("step").GetString(), open.GetProperty("name").GetString()));
        var copy = Path.Combine(app.Folder.Path, "copy.zip");
        var made = await app.RunAsync("subject", "copy", $"{open.GetProperty("id").GetInt64()}", copy, "--by", "Lan");
        Assert.True(made.Code == 0, made.Output + made.Errors);
        await using (var zip = await ZipFile.OpenReadAsync(copy))
        {
            using var text = new StreamReader(await zip.GetEntry("data.json")!.OpenAsync());
            Assert.Contains("0912000001", await text.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Refusal.IsOneSentence(await app.RunAsync("subject", "copy", "1", copy, "--by", "Lan"), 4); // handed over already

        Assert.Equal(0, (await app.RunAsync("subject", "ask", "erase", "--producer", "1", "--evidence", "Phiếu 2", "--by", "Lan", "--asked-on", "2026-11-23")).Code);
        Refusal.IsOneSentence(await app.RunAsync("subject", "ask", "erase", "--producer", "1", "--evidence", "Phiếu 3", "--by", "Lan"), 4);
        Refusal.IsOneSentence(await app.RunAsync("subject", "approve", "2", "--by", "LAN"), 4);
        var list = await app.RunAsync("subject", "list");
        Assert.Contains("answer by 2026-11-25, done by 2026-12-08", list.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await app.RunAsync("subject", "answered", "2", "--by", "Lan")).Code);
        Assert.Equal(0, (await app.RunAsync("subject", "approve", "2", "--by", "Minh")).Code);
        Assert.Equal("approved", (await app.JsonAsync("subject", "list", "--json")).GetProperty("requests")[0].GetProperty("step").GetString());
        Refusal.IsOneSentence(await app.RunAsync("subject", "refuse", "2", "--by", "Minh", "--reason", "it was another person"), 4);
    }
}
