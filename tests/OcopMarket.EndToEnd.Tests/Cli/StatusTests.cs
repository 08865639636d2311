using System.Text.Json;
using OcopMarket.Data.Embedded;

namespace OcopMarket.EndToEnd.Tests.Cli;

public sealed class StatusTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private static readonly string[] _keys = ["mode", "catalogue", "listings", "accounts", "issues", "pulls", "tasks", "unreadShops"];

    [Fact]
    public async Task Status_says_what_the_ledger_holds()
    {
        await app.JsonAsync("pull", "sample", "--json");

        var status = await app.JsonAsync("status", "--json");
        var text = await app.RunAsync("status");

        Assert.Equal(_keys, status.EnumerateObject().Select(p => p.Name));
        Assert.Equal(await app.CountAsync("product"), status.GetProperty("catalogue").GetProperty("products").GetInt64());
        Assert.Equal(
            await app.CountAsync("listing"), status.GetProperty("listings").EnumerateArray().Sum(l => l.GetProperty("count").GetInt64()));
        Assert.Contains(status.GetProperty("issues").EnumerateArray(), i => i.GetProperty("code").GetString() == "shop_missing");
        Assert.Equal(0, text.Code);
        Assert.Contains("shop_missing", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_has_no_status_and_stays_without_a_database()
    {
        await using var folder = new AppFolder();

        Refusal.IsOneSentence(await AppProcess.RunAsync(folder, null, "status"), 4);

        Assert.False(Directory.Exists(Path.Combine(folder.Data, "postgres")));
    }

    /// <summary>One embedded server for both: the folder's first pull makes it a real installation; a status asked while another process
    /// uses the server joins it and leaves it running.</summary>
    [Fact]
    public async Task Verbs_share_the_embedded_server_with_whoever_uses_it()
    {
        await using var folder = new AppFolder();
        var list = folder.Write("list.csv", "Tên sản phẩm,Tên chủ thể\nKẹo dừa,HTX Một\n");
        await using var other = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataRoot = folder.Data }, CancellationToken.None);

        var migrated = await AppProcess.RunAsync(folder, null, "migrate", "--json");
        var pulled = await AppProcess.RunAsync(folder, null, "pull", "list", "--file", list, "--json");
        var status = await AppProcess.RunAsync(folder, null, "status", "--json");

        Assert.True(migrated.Code == 0 && pulled.Code == 0 && status.Code == 0, migrated.Errors + pulled.Errors + status.Errors);
        Assert.Equal("ocop", JsonDocument.Parse(migrated.Output).RootElement.GetProperty("database").GetString());
        Assert.Equal("real", JsonDocument.Parse(status.Output).RootElement.GetProperty("mode").GetString());
        await other.EnsureDatabaseAsync("still_there", CancellationToken.None);
    }

    [Fact]
    public async Task A_demos_folder_is_pulled_into_the_demos_database()
    {
        await using var folder = new AppFolder();
        var list = folder.Write("list.csv", "Tên sản phẩm,Tên chủ thể\nKẹo dừa,HTX Một\n");
        await using var other = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataRoot = folder.Data }, CancellationToken.None);
        await other.EnsureDatabaseAsync("ocop_demo", CancellationToken.None);

        var migrated = await AppProcess.RunAsync(folder, null, "migrate", "--json");
        var pulled = await AppProcess.RunAsync(folder, null, "pull", "list", "--file", list, "--json");

        Assert.Equal("ocop_demo", JsonDocument.Parse(migrated.Output).RootElement.GetProperty("database").GetString());
        Assert.True(pulled.Code == 0, pulled.Errors);
    }
}
