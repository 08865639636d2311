#if OCOP_SABOTAGE
using OcopMarket.Core;
using OcopMarket.EndToEnd.Tests.Cli;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>A worker that dies at the worst of all moments, each of them by name. The next one goes on, and the platforms' records show
/// neither a loss nor a double.</summary>
public sealed class KillPointTests(SmallField field) : IClassFixture<SmallField>
{
    private const int Killed = 128 + 9;

    [Theory]
    [InlineData(KillPoint.AfterBegin)]
    [InlineData(KillPoint.AfterCall)]
    [InlineData(KillPoint.AfterCall + ":4")]
    [InlineData(KillPoint.AfterEnd)]
    [InlineData(KillPoint.AfterCall, KillPoint.InsideRecover)]
    public async Task A_worker_that_dies_there_leaves_nothing_lost_and_nothing_doubled(params string[] points)
    {
        await field.ChangeAsync();
        foreach (var point in points)
        {
            await using var victim = field.StartWorker(point);
            var end = await victim.EndAsync();
            Assert.True(end.Code == Killed, $"It did not die at {point} but ended with {end.Code}: {end.Errors}");
        }

        await using var heir = field.StartWorker();

        await field.SettleAsync(heir);
        await field.AssertNothingDoubledAsync();
    }

    [Fact]
    public async Task A_worker_that_dies_with_the_answer_to_a_look_up_in_its_hands_is_followed_by_one_that_asks_again()
    {
        await field.LoseAnswersAsync("create");
        await field.ChangeAsync();
        await using (var victim = field.StartWorker(KillPoint.BeforeResolve))
        {
            Assert.Equal(Killed, (await victim.EndAsync()).Code);
        }

        await using var heir = field.StartWorker();

        await field.SettleAsync(heir);
        await field.AssertNothingDoubledAsync();
    }
}

/// <summary>A pull that dies within a page.</summary>
public sealed class KilledPageTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private const int Rows = 6_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_page_that_was_not_committed_is_applied_again_and_no_row_twice(int page)
    {
        var key = $"list-{page}";
        var list = app.Folder.Write(
            $"{key}.csv", "Tên sản phẩm,Tên chủ thể,Số sao\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"Trà {page} số {i},Hợp tác xã {i % 50},3\n")));
        var killed = await AppProcess.RunAsync(
            app.Folder, new Dictionary<string, string>(app.Settings) { ["OCOP_KILL_AT"] = $"{KillPoint.InPage}:{page}" }, "pull", key, "--file", list);
        Assert.Equal(128 + 9, killed.Code);
        Assert.InRange(await RowsAsync(key), page == 1 ? 0 : 1, page == 1 ? 0 : Rows - 1);

        var again = await app.JsonAsync("pull", key, "--file", list, "--json");

        Assert.Equal(Rows, again.GetProperty("accepted").GetInt32());
        Assert.Equal(Rows, await RowsAsync(key));
    }

    private Task<long> RowsAsync(string key) => app.ScalarAsync<long>(
        "SELECT count(*) FROM source_row r JOIN source s ON s.id = r.source_id WHERE s.key = @key", new { key });
}
#endif
