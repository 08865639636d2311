#if OCOP_SABOTAGE
using OcopMarket.Core;
using OcopMarket.Core.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>What the protections are good for: with one line of them removed, the harm is there.</summary>
public sealed class TaskQueueSabotageTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Without_the_fence_a_zombie_ends_the_call_of_its_heir()
    {
        var listing = (await ledger.BeginAsync())[0];
        var zombie = await ledger.CallAsync(await ledger.ClaimAsync());
        await ledger.ExpireAsync();
        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);
        Sabotage.Choose(nameof(Sabotage.Fence));

        await ledger.EndAsync(zombie);

        Assert.NotEqual("unknown", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    [Fact]
    public async Task Without_the_look_up_a_create_of_unknown_fate_is_sent_blindly_again()
    {
        var listing = (await ledger.BeginAsync())[0];
        Sabotage.Choose(nameof(Sabotage.LookUp));

        await ledger.EndAsync(await ledger.CallAsync(await ledger.ClaimAsync()), TaskOutcome.Unknown);

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    [Fact]
    public async Task Without_the_lease_a_zombie_still_begins_calls()
    {
        await ledger.BeginAsync();
        var zombie = await ledger.ClaimAsync();
        var work = await ledger.Queue.WorkAsync(zombie.AccountId, 10, CancellationToken.None);
        await ledger.ExpireAsync();
        await ledger.ClaimAsync();
        Assert.Null(await ledger.Queue.BeginAsync(zombie, work, true, CancellationToken.None));
        Sabotage.Choose(nameof(Sabotage.Lease));

        Assert.NotNull(await ledger.Queue.BeginAsync(zombie, work, true, CancellationToken.None));
    }

    [Fact]
    public async Task Without_the_lock_a_queue_falls_asleep_over_a_task_that_came_meanwhile()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        Sabotage.Choose(nameof(Sabotage.LockBeforeLook));
        await ledger.ExecuteAsync("UPDATE account_queue SET next_at = now()");

        await ledger.EditWhileFinishingAsync(listing, Lane.Price, await ledger.ClaimAsync());

        Assert.Empty(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None));
    }
}
#endif
