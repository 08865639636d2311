using OcopMarket.Sandbox;

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
        var account = Assert.Single((await app.JsonAsync("accounts", "list", "--marketplace", "postmart", "--state", "active", "--json")).GetProperty("accounts").EnumerateArray());
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

    /// <summary>A producer's own shop: from the list to a shop that says it is open.</summary>
    [Fact]
    public async Task A_shop_on_software_of_its_own_is_connected_with_its_key_and_answers()
    {
        await using var sandbox = await SandboxHost.StartAsync(
            new SandboxOptions { FirstPort = 0, Platforms = ["woocommerce"], Shops = [new("HTX Mật Dừa", "Thạch Thị", "0912345678", "mat-dua")] },
            CancellationToken.None);
        var shop = sandbox.Platforms.Single().Shops.Single();
        var settings = app.Settings;
        settings["Marketplaces__woocommerce__BaseUrl"] = sandbox.Platforms.Single().BaseUrl;
        settings["Marketplaces__woocommerce__WebhookSecret"] = "bi-mat-chung-cua-don-vi";
        Task<AppResult> RunAsync(params string[] arguments) => AppProcess.RunAsync(app.Folder, settings, arguments);
        await app.ExecuteAsync("INSERT INTO producer (key, name, name_folded) VALUES ('p7', 'HTX Cửa Hàng', 'htx cua hang')");
        var list = app.Folder.Write("cua-hang.csv", $"San,Ma chu the,Ma gian hang,Ten gian hang\nwoocommerce,p7,{shop.Id},Cửa hàng\n");
        Assert.Equal(0, (await RunAsync("accounts", "import", list)).Code);
        var account = Assert.Single((await app.JsonAsync("accounts", "list", "--marketplace", "woocommerce", "--json")).GetProperty("accounts").EnumerateArray());
        var id = $"{account.GetProperty("id").GetInt64()}";

        var wrong = await RunAsync("accounts", "connect", id, "--login", shop.Username, "--secret-file", app.Folder.Write("sai.key", "cs_sai"), "--address", shop.Url!);
        var elsewhere = await RunAsync("accounts", "connect", id, "--login", shop.Username, "--secret-file", app.Folder.Write("a.key", shop.Password));
        var connected = await RunAsync("accounts", "connect", id, "--login", shop.Username, "--secret-file", app.Folder.Write("dung.key", shop.Password), "--address", shop.Url!);
        var check = await RunAsync("accounts", "check", id);

        Refusal.IsOneSentence(wrong, 4);
        Assert.Contains("Cửa hàng không nhận khóa", wrong.Errors, StringComparison.Ordinal);
        Refusal.IsOneSentence(elsewhere, 4);
        Assert.Contains("public https", elsewhere.Errors, StringComparison.Ordinal);
        Assert.True(connected.Code == 0, connected.Errors);
        Assert.True(check.Code == 0, check.Output + check.Errors);
        Assert.Contains("The shop works", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Password, connected.Output + connected.Errors + check.Output, StringComparison.Ordinal);
        Assert.Equal("active", await app.ScalarAsync<string>("SELECT state FROM seller_account WHERE marketplace = 'woocommerce'"));
    }

    private static string? Standing(System.Text.Json.JsonElement answer) =>
        Assert.Single(answer.GetProperty("mandates").EnumerateArray()).GetProperty("standing").GetString();
}
