namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>Shops and marketplaces taken out of use at the command line, with the real program.</summary>
public sealed class LeaveCommandTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_shop_and_a_marketplace_are_taken_out_of_use_with_a_name_and_a_reason()
    {
        await app.ExecuteAsync("INSERT INTO producer (key, name, name_folded) VALUES ('p5', 'HTX Dừa Sáp', 'htx dua sap')");
        await app.RunAsync("accounts", "import", app.Folder.Write("mot.csv", "San,Ma chu the,Ma gian hang,Trang thai\nvoso,p5,VS5,Hoat dong\n"));
        var id = await app.ScalarAsync<long>("SELECT id FROM seller_account WHERE external_id = 'VS5'");
        string[] lan = ["--by", "Lan", "--reason", "the producer asked for it"];

        Refusal.IsOneSentence(await app.RunAsync(["accounts", "disconnect", $"{id}", .. lan]), 4); // no login of its own
        Refusal.IsOneSentence(await app.RunAsync(["accounts", "keep", $"{id}", .. lan]), 4);
        Refusal.IsOneSentence(await app.RunAsync(["accounts", "remove", "999", .. lan]), 4);
        Assert.Equal(2, (await app.RunAsync("accounts", "remove", $"{id}", "--by", "Lan")).Code);
        Assert.Empty((await app.JsonAsync(["accounts", "remove", $"{id}", .. lan, "--json"])).GetProperty("standing").EnumerateArray());
        Assert.Equal("left worker", await app.ScalarAsync<string>(
            "SELECT evidence || ' ' || told_by FROM account_event WHERE account_id = @id ORDER BY id DESC LIMIT 1", new { id }));
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, (await app.JsonAsync("accounts", "show", $"{id}", "--json")).GetProperty("account").GetProperty("leftAt").ValueKind);
        Refusal.IsOneSentence(await app.RunAsync(["accounts", "keep", $"{id}", .. lan]), 4);

        Refusal.IsOneSentence(await app.RunAsync(["marketplaces", "stop", "amazon", .. lan]), 2);
        Refusal.IsOneSentence(await app.RunAsync(["marketplaces", "resume", "voso", .. lan]), 4);
        Assert.Equal(0, (await app.RunAsync(["marketplaces", "stop", "voso", .. lan])).Code);
        Refusal.IsOneSentence(await app.RunAsync(["marketplaces", "stop", "voso", .. lan]), 4);
        var voso = (await app.JsonAsync("marketplaces", "list", "--json")).GetProperty("marketplaces").EnumerateArray().Single(m => m.GetProperty("key").GetString() == "voso");
        Assert.Equal((false, "Lan"), (voso.GetProperty("inUse").GetBoolean(), voso.GetProperty("stoppedBy").GetString()));
        Assert.Equal(0, (await app.RunAsync(["marketplaces", "resume", "voso", .. lan])).Code);
        Assert.Equal(["marketplace.stop Lan", "marketplace.resume Lan"], await app.QueryAsync<string>(
            "SELECT action || ' ' || actor FROM audit WHERE action LIKE 'marketplace.%' ORDER BY id"));
    }
}
