namespace OcopMarket.Data.Tests.Sync;

public sealed class RateBucketsTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task A_call_takes_a_token_of_each_bucket_or_none()
    {
        await ledger.TruncateAsync("rate_bucket");
        await ledger.Buckets.EnsureAsync([new("wide", 0.001m, 5), new("narrow", 0.001m, 1)], CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, await TakeAsync("wide", "narrow"));

        var wait = await TakeAsync("wide", "narrow");

        Assert.True(wait > TimeSpan.FromMinutes(1));
        Assert.Equal(4, Math.Floor(await ledger.ScalarAsync<decimal>("SELECT tokens FROM rate_bucket WHERE key = 'wide'")));
        Assert.Equal(TimeSpan.Zero, await TakeAsync("wide"));
    }

    [Fact]
    public async Task Without_a_row_nothing_is_called()
    {
        await ledger.TruncateAsync("rate_bucket");
        await ledger.Buckets.EnsureAsync([new("known", 5, 5)], CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => TakeAsync("known", "unknown"));

        Assert.Equal(5m, Math.Floor(await ledger.ScalarAsync<decimal>("SELECT tokens FROM rate_bucket")));
    }

    [Fact]
    public async Task After_too_many_nobody_calls_before_the_block_ends()
    {
        await ledger.TruncateAsync("rate_bucket");
        await ledger.Buckets.EnsureAsync([new("shop", 100, 5)], CancellationToken.None);
        await ledger.Buckets.BlockAsync(["shop"], TimeSpan.FromMinutes(2), CancellationToken.None);
        await ledger.Buckets.BlockAsync(["shop"], TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.True(await TakeAsync("shop") > TimeSpan.FromMinutes(1));
        await ledger.ExecuteAsync("UPDATE rate_bucket SET blocked_until = now() - interval '1 s', updated_at = now() - interval '1 s'");
        Assert.Equal(TimeSpan.Zero, await TakeAsync("shop"));
    }

    [Fact]
    public async Task Parallel_callers_get_exactly_the_tokens_there_are()
    {
        await ledger.TruncateAsync("rate_bucket");
        await ledger.Buckets.EnsureAsync([new("a", 0.001m, 20), new("b", 0.001m, 7)], CancellationToken.None);

        var waits = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? TakeAsync("a", "b") : TakeAsync("b", "a")));

        Assert.Equal(7, waits.Count(w => w == TimeSpan.Zero));
        Assert.Equal(13, Math.Floor(await ledger.ScalarAsync<decimal>("SELECT tokens FROM rate_bucket WHERE key = 'a'")));
    }

    private Task<TimeSpan> TakeAsync(params string[] keys) => ledger.Buckets.TakeAsync(keys, CancellationToken.None);
}
