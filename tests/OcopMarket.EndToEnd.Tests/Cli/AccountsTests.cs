namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>Seller accounts and mandates at the command line, with the real program.</summary>
public sealed class AccountsTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_list_comes_in_is_looked_at_and_a_mandate_is_given_and_withdrawn()
    {
        await app.ExecuteAsync("INSERT INTO producer (key, name, name_folded) VALUES ('p1', 'HTX Mật Dừa', 'htx mat dua')");
        var list = app.Folder.Write("gian-hang.csv", "San,Ma chu the,Ma gian hang,Trang thai,Lien he\npostmart,p1,PM1,Hoat dong,0912\npostmart,p9,PM9,,\n");

        Assert.Equal(1, (await app.JsonAsync("accounts", "import", list, "--dry-run", "--json")).GetProperty("added").GetInt32());
        Assert.Equal(3, (await app.RunAsync("accounts", "import", list, "--strict", "--by", "Lan")).Code);
        var again = await app.JsonAsync("accounts", "import", list, "--json");
        var account = Assert.Single((await app.JsonAsync("accounts", "list", "--state", "active", "--json")).GetProperty("accounts").EnumerateArray());
        var id = account.GetProperty("id").GetInt64();

        Assert.Equal((0, 1, 1), (again.GetProperty("added").GetInt32(), again.GetProperty("unchanged").GetInt32(), again.GetProperty("rejected").GetInt32()));
        Assert.Contains("producer_unknown", await File.ReadAllTextAsync(again.GetProperty("rejectedFile").GetString()!), StringComparison.Ordinal);
        Assert.Equal(("PM1", "0912"), (account.GetProperty("externalId").GetString(), account.GetProperty("contactChannel").GetString()));

        var check = await app.RunAsync("accounts", "check", $"{id}");
        Assert.Equal(1, check.Code);
        Assert.Contains("chưa kết nối", check.Output, StringComparison.Ordinal);
        Assert.Contains("not connected", check.Output, StringComparison.Ordinal);
        Refusal.IsOneSentence(await app.RunAsync("accounts", "check", "999"), 4);

        var card = app.Folder.Write("cccd.pdf", "%PDF-1.7");
        Refusal.IsOneSentence(await app.RunAsync("mandate", "give", $"{id}", "--evidence", "Phiếu 1", "--file", card, "--by", "Lan"), 4);
        var form = app.Folder.Write("phieu.pdf", "%PDF-1.7");
        Assert.Equal(0, (await app.RunAsync("mandate", "give", $"{id}", "--evidence", "Phiếu 1", "--file", form, "--by", "Lan")).Code);
        Assert.Equal("valid", Standing(await app.JsonAsync("mandate", "list", "--json")));
        Assert.Equal(0, (await app.RunAsync("mandate", "withdraw", $"{id}", "--by", "Lan", "--reason", "the producer asked for it")).Code);
        Assert.Equal("withdrawn", Standing(await app.JsonAsync("accounts", "show", $"{id}", "--json")));
        Refusal.IsOneSentence(await app.RunAsync("mandate", "withdraw", $"{id}", "--by", "Lan", "--reason", "the producer asked for it"), 4);
        Refusal.IsOneSentence(await app.RunAsync("accounts", "import", app.Folder.Write("cut.csv", "San,Ma gian hang\npostmart,\"PM"), "--json"), 4);
    }

    private static string? Standing(System.Text.Json.JsonElement answer) =>
        Assert.Single(answer.GetProperty("mandates").EnumerateArray()).GetProperty("standing").GetString();
}
