using System.Globalization;
using System.Text;

namespace OcopMarket.EndToEnd.Tests.Cli;

public sealed class KilledPullTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private const int Rows = 6_000;

    [Fact]
    public async Task A_pull_that_is_killed_and_given_again_brings_every_row_once()
    {
        var list = app.Folder.Write("large.csv", Large());
        await using (var first = AppProcess.Start(app.Folder, app.Settings, "pull", "large", "--file", list))
        {
            await first.WaitForAsync("Applying: ");
            await first.KillAsync();
        }

        var brought = await app.CountAsync("source_row");
        Assert.InRange(brought, 1, Rows - 1);

        var second = await app.JsonAsync("pull", "large", "--file", list, "--json");

        Assert.True(second.GetProperty("resumed").GetBoolean());
        Assert.Equal(Rows, second.GetProperty("rows").GetInt32());
        Assert.Equal(Rows, second.GetProperty("accepted").GetInt32());
        Assert.Equal(Rows, await app.CountAsync("source_row"));
        Assert.Equal(Rows, await app.CountAsync("source_row_revision"));
        Assert.Equal(Rows, await app.CountAsync("product"));
    }

    private static string Large()
    {
        var text = new StringBuilder("Tên sản phẩm,Tên chủ thể,Số sao\n");
        for (var i = 1; i <= Rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Trà số {i},Hợp tác xã {i % 500},{i % 3 + 3}\n");
        }

        return text.ToString();
    }
}
