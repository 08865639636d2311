using OcopMarket.Testing.Faults;

namespace OcopMarket.Worker.Tests.Faults;

/// <summary>The line to the database breaks: a commit may have happened or not, a connection may be silent for ever. Nobody starts anything
/// anew; the loops find back by themselves.</summary>
public sealed class DatabaseLineTests(FaultyEngine engine) : IClassFixture<FaultyEngine>
{
    private const int Cuts = 6;

    [Theory]
    [InlineData(CutAt.Request)]
    [InlineData(CutAt.Answer)]
    public async Task After_cuts_in_the_middle_of_commits_nothing_is_lost_and_nothing_is_doubled(CutAt cut)
    {
        var goods = await engine.AddAsync();
        var before = engine.DatabaseLine.CutsMade;
        engine.DatabaseLine.CutNext("COMMIT", cut, Cuts);

        await goods.LiveAsync();
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await goods.UntilAsync("state = 'live' AND seen_price = 199000");

        await FaultyEngine.UntilAsync(() => engine.DatabaseLine.CutsMade == before + Cuts, () => $"{engine.DatabaseLine.CutsMade - before} commits were cut.");
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
        Assert.Equal(0, await engine.ScalarAsync<long>("SELECT count(*) FROM listing_task WHERE state IN ('leased', 'unknown', 'dead')"));
    }

    [Fact]
    public async Task Connections_that_died_without_a_word_are_given_up_and_replaced()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();

        engine.DatabaseLine.Forget();
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 189000 WHERE producer_id = @producer");

        await goods.UntilAsync("state = 'live' AND seen_price = 189000");
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
    }

    [Theory]
    [InlineData(FaultKind.Blackhole)]
    [InlineData(FaultKind.NoAnswers)]
    public async Task A_database_that_cannot_be_reached_for_a_while_is_found_again(FaultKind kind)
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        engine.DatabaseLine.Mode = new FaultMode(kind);
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 179000 WHERE producer_id = @producer");
        await engine.UntilFailedAsync(more: 4);
        Assert.NotEqual(179000, await engine.ScalarAsync<decimal>("SELECT seen_price FROM listing WHERE id = @Listing", new { goods.Listing }));

        engine.DatabaseLine.Mode = FaultMode.Pass;

        await goods.UntilAsync("state = 'live' AND seen_price = 179000");
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
    }
}
