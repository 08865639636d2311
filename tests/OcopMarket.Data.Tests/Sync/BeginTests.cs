using Dapper;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>The write before a call looks at the right to make it: whoever ends that right is waited for, and what was loaded before is not sent.</summary>
public sealed class BeginTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly Actor _lan = new("Lan", "test");

    [Theory]
    [InlineData("UPDATE seller_account SET leaving_at = now()")]
    [InlineData("UPDATE mandate SET revoked_on = CURRENT_DATE - 1, revoked_at = now(), revoked_by = 'Lan', revoked_reason = 'test'")]
    [InlineData("LOCK TABLE marketplace_stop IN EXCLUSIVE MODE; INSERT INTO marketplace_stop (marketplace, stopped_by, reason) VALUES ('postmart', 'Lan', 'test')")]
    public async Task A_call_that_is_written_down_while_somebody_ends_the_right_to_it_waits_and_is_not_sent(string ends)
    {
        var (lease, work) = await LoadedAsync();
        try
        {
            Task<IReadOnlyDictionary<long, long>?> begun;
            await using (var connection = await ledger.DataSource.OpenConnectionAsync())
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync(ends, transaction: transaction);
                begun = ledger.Queue.BeginAsync(lease, work, mayHide: true, CancellationToken.None);
                await WaitingAsync(begun);
                await transaction.CommitAsync();
            }

            Assert.Empty((await begun)!);
            Assert.Equal(0, await ledger.CountAsync("listing_attempt"));
        }
        finally
        {
            await ledger.ExecuteAsync("DELETE FROM marketplace_stop");
        }
    }

    [Fact]
    public async Task A_mandate_that_was_withdrawn_after_the_work_was_loaded_stops_it_before_anybody_has_followed_it_up()
    {
        var (lease, work) = await LoadedAsync();
        var account = await ledger.ScalarAsync<long>("SELECT id FROM seller_account");
        await using (var connection = await ledger.WebSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("SELECT set_config('app.scope', 'all', true)", transaction: transaction);
            Assert.Equal(1, await MandateDecisions.WithdrawAsync(
                transaction, new(account, null, null, "test"), _lan, VietnamDay.Of(TimeProvider.System.GetUtcNow()), CancellationToken.None));
            await transaction.CommitAsync();
        }

        Assert.Empty((await ledger.Queue.BeginAsync(lease, work, mayHide: true, CancellationToken.None))!);
    }

    [Fact]
    public async Task A_marketplace_goes_out_of_use_only_when_the_calls_that_are_being_written_down_are_written()
    {
        await ledger.BeginAsync();
        var stops = new MarketplaceStops(ledger.DataSource);
        try
        {
            Task<bool> stopped;
            await using (var connection = await ledger.DataSource.OpenConnectionAsync())
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync("SELECT 0 FROM marketplace_stop FOR SHARE", transaction: transaction);
                stopped = stops.StopAsync("postmart", _lan, "test", CancellationToken.None);
                await WaitingAsync(stopped);
                await transaction.CommitAsync();
            }

            Assert.True(await stopped);
            Assert.True(await stops.ResumeAsync("postmart", _lan, "test", CancellationToken.None));
        }
        finally
        {
            await ledger.ExecuteAsync("DELETE FROM marketplace_stop");
        }
    }

    private async Task<(QueueLease Lease, IReadOnlyList<TaskWork> Work)> LoadedAsync()
    {
        await ledger.BeginAsync();
        var lease = await ledger.ClaimAsync();
        var work = await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None);
        Assert.Single(work);
        return (lease, work);
    }

    private async Task WaitingAsync(Task task)
    {
        while (await ledger.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
        {
            Assert.False(task.IsCompleted, "It did not wait.");
            await Task.Delay(5);
        }
    }
}
