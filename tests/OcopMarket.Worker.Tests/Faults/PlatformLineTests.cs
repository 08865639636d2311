using OcopMarket.Testing.Faults;

namespace OcopMarket.Worker.Tests.Faults;

/// <summary>The line to the platform breaks: what was asked there, and whether it arrived, is found out and never guessed.</summary>
public sealed class PlatformLineTests(FaultyEngine engine) : IClassFixture<FaultyEngine>
{
    [Theory]
    [InlineData(CutAt.Answer)]
    [InlineData(CutAt.HalfAnswer)]
    public async Task A_create_whose_answer_is_cut_on_the_line_is_looked_up_and_not_doubled(CutAt cut)
    {
        var goods = await engine.AddAsync(g => Cut(g.Sku, cut));

        await goods.LiveAsync();

        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
        Assert.Equal(1, await goods.AttemptsAsync("lane = 'create' AND outcome = 'unknown'"));
    }

    [Fact]
    public async Task A_create_that_is_cut_on_its_way_is_looked_for_and_sent_again()
    {
        var goods = await engine.AddAsync(g => Cut(g.Sku, CutAt.Request));

        await goods.LiveAsync();

        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku)); // the first never arrived
        Assert.Equal(2, await goods.AttemptsAsync("lane = 'create'"));
    }

    [Theory]
    [InlineData(FaultKind.Blackhole)]
    [InlineData(FaultKind.NoAnswers)]
    [InlineData(FaultKind.NoRequests)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.Truncate)]
    public async Task A_price_reaches_the_platform_after_the_line_was_broken(FaultKind kind)
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        engine.PlatformLine.Mode = new FaultMode(kind, Bytes: 30);
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await goods.UntilAsync(
            "EXISTS (SELECT FROM listing_attempt a WHERE a.listing_id = listing.id AND a.lane = 'price' AND a.outcome IS DISTINCT FROM 'accepted')");

        engine.PlatformLine.Mode = FaultMode.Pass;

        await goods.UntilAsync("state = 'live' AND seen_price = 199000");
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
    }

    [Fact]
    public async Task A_slow_line_changes_nothing_but_the_time()
    {
        engine.PlatformLine.Mode = FaultMode.Latency(TimeSpan.FromMilliseconds(150));
        var goods = await engine.AddAsync();

        await goods.LiveAsync();

        engine.PlatformLine.Mode = FaultMode.Pass;
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
    }

    private Task Cut(string sku, CutAt at)
    {
        engine.PlatformLine.CutNext(sku, at);
        return Task.CompletedTask;
    }
}
