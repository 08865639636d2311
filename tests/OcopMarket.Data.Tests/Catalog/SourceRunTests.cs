using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Catalog;

public sealed class SourceRunTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => catalogue.ClearAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_second_run_of_a_source_is_refused_while_the_first_is_alive()
    {
        await using var first = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);
        await using var other = await catalogue.Runs.StartAsync(CatalogueFixture.Start("b"), CancellationToken.None);

        var starts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Record.ExceptionAsync(
            () => catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None))));

        Assert.All(starts, error => Assert.IsType<RunBusyException>(error));
        Assert.Equal(2, await catalogue.CountAsync("source_run"));
    }

    [Fact]
    public async Task Of_many_starts_at_once_one_gets_the_run()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);
            }
            catch (RunBusyException)
            {
                return null;
            }
        })));

        await Assert.Single(runs.OfType<SourceRun>()).DisposeAsync();
    }

    [Fact]
    public async Task The_run_of_a_dead_process_goes_on_where_it_stopped()
    {
        await using (var dead = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None))
        {
            await catalogue.Store.ApplyPageAsync(dead, Records.Page([Records.Product("Một")], "1"), null, CancellationToken.None);
        }

        await using var next = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);

        Assert.True(next.Resumed);
        Assert.Equal(("1", 1, 1, 1), (next.Cursor, next.RowsRead, next.Accepted, next.Fence));
    }

    [Fact]
    public async Task A_run_with_a_heartbeat_older_than_two_minutes_is_taken_over_and_its_owner_can_write_no_more()
    {
        await using var hung = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);
        await catalogue.ExecuteAsync("UPDATE source_run SET heartbeat_at = now() - interval '3 minutes'");

        await using var next = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);

        Assert.Equal(hung.Id, next.Id);
        await Assert.ThrowsAsync<RunLostException>(
            () => catalogue.Store.ApplyPageAsync(hung, Records.Page(Records.Product("Một")), null, CancellationToken.None));
        await Assert.ThrowsAsync<RunLostException>(() => catalogue.Runs.FinishAsync(hung, false, CancellationToken.None));
        Assert.Equal(0, await catalogue.CountAsync("product"));
    }

    [Fact]
    public async Task When_the_input_has_changed_an_interrupted_run_is_closed_and_a_new_one_begins()
    {
        await (await catalogue.Runs.StartAsync(CatalogueFixture.Start("a", hash: "old"), CancellationToken.None)).DisposeAsync();

        await using var next = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a", hash: "new"), CancellationToken.None);

        Assert.False(next.Resumed);
        Assert.Null(next.Cursor);
        Assert.Equal(["failed interrupted", "running"], await catalogue.QueryAsync<string>(
            "SELECT concat_ws(' ', state, failure_code) FROM source_run ORDER BY id"));
    }

    [Fact]
    public async Task An_addition_declares_nothing_gone()
    {
        await catalogue.PullAsync("a", Some(3));

        var (_, gone) = await catalogue.PullAsync("a", [Records.Page(Some(1))]);

        Assert.Equal(0, gone);
        Assert.Equal(3, await catalogue.CountAsync("product WHERE gone_at IS NULL"));
    }

    [Fact]
    public async Task What_a_complete_snapshot_no_longer_has_is_gone_and_comes_back_with_it()
    {
        await catalogue.PullAsync("a", [Records.Page(Some(10))], snapshot: true);
        var (_, gone) = await catalogue.PullAsync("a", [Records.Page(Some(9))], snapshot: true);

        Assert.Equal(1, gone);
        Assert.Equal("Trà 9 2", await catalogue.ScalarAsync<string>("SELECT name || ' ' || revision FROM product WHERE gone_at IS NOT NULL"));

        var (pages, _) = await catalogue.PullAsync("a", [Records.Page(Some(10))], snapshot: true);

        Assert.Equal((1, 9), (pages[0].Accepted, pages[0].Unchanged));
        Assert.Equal(0, await catalogue.CountAsync("product WHERE gone_at IS NOT NULL"));
        Assert.Equal(0, await catalogue.CountAsync("variant WHERE gone_at IS NOT NULL"));
        Assert.Equal(0, await catalogue.CountAsync("source_run_seen"));
    }

    [Fact]
    public async Task A_product_that_another_source_still_has_is_not_gone()
    {
        await catalogue.PullAsync("a", [Records.Page(Some(2))], snapshot: true);
        await catalogue.PullAsync("b", Some(2));

        var (_, gone) = await catalogue.PullAsync("a", [Records.Page(Some(1))], snapshot: true);

        Assert.Equal(1, gone);
        Assert.Equal(0, await catalogue.CountAsync("product WHERE gone_at IS NOT NULL"));
    }

    [Theory]
    [InlineData(20, 14, 6)]
    [InlineData(20, 13, null)]
    [InlineData(20, 0, null)]
    [InlineData(5, 0, 5)]
    public async Task A_snapshot_that_loses_more_than_a_third_is_held_and_nothing_is_gone(int before, int after, int? expected)
    {
        await catalogue.PullAsync("a", [Records.Page(Some(before))], snapshot: true);

        var (_, gone) = await catalogue.PullAsync("a", [Records.Page(Some(after))], snapshot: true);

        Assert.Equal(expected, gone);
        Assert.Equal(expected ?? 0, await catalogue.CountAsync("product WHERE gone_at IS NOT NULL"));
        Assert.Equal(
            expected is null ? "failed shrunk_too_much" : "done",
            await catalogue.ScalarAsync<string>("SELECT concat_ws(' ', state, failure_code) FROM source_run ORDER BY id DESC LIMIT 1"));
    }

    private static SourceRecord[] Some(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Records.Product($"Trà {i}", row: i + 2))];
}
