namespace OcopMarket.Data.Tests.Sync;

/// <summary>What a claim reads, where very many shops wait: the first few of the index, and not every queue that there is.</summary>
public sealed class ClaimCostTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const int Shops = 20_000;

    [Fact]
    public async Task A_claim_among_very_many_waiting_shops_does_not_walk_all_of_them()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            INSERT INTO seller_account (marketplace, external_id, shop_name, state, state_evidence, opened_by, unswept_since)
            SELECT 'postmart', 'W' || n, 'Gian hàng ' || n, 'active', 'test', 'test', NULL FROM generate_series(1, @Shops) n;
            INSERT INTO account_queue (account_id, marketplace, next_at, urgent)
            SELECT id, 'postmart', now() - random() * interval '1 hour', id % 5 = 0 FROM seller_account WHERE external_id LIKE 'W%'
            """, new { Shops });
        await ledger.ExecuteAsync("ANALYZE account_queue");
        var (queue, before) = (ledger.Queue, await WalkedAsync());

        for (var claim = 0; claim < 8; claim++)
        {
            Assert.Equal(8, (await queue.ClaimAsync("postmart", 8, CancellationToken.None)).Count);
        }

        Assert.Equal(before, await WalkedAsync());
    }

    /// <summary>Queues that were read without an index, so far.</summary>
    private Task<long> WalkedAsync() => ledger.CountedAsync<long>("account_queue", "seq_tup_read");
}
