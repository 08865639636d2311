using Npgsql;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>The task table under races, crashes and zombies.</summary>
public sealed class TaskQueueTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Theory]
    [InlineData("UPDATE seller_account SET leaving_at = now()")]
    [InlineData("INSERT INTO marketplace_stop (marketplace, stopped_by, reason) VALUES ('postmart', 'Lan', 'test')")]
    public async Task Where_a_shop_or_its_marketplace_is_out_of_use_only_what_takes_an_item_off_sale_goes_out(string stop)
    {
        var ids = await ledger.BeginAsync(1, 3);
        await ledger.CreateAsync();
        await ledger.ExecuteAsync("UPDATE listing SET desired = 'hidden' WHERE id = @id", new { id = ids[1] });
        await ledger.EditAsync(ids[0], Lane.Price);
        await ledger.EditAsync(ids[1], Lane.Stop);
        await ledger.EditAsync(ids[2], Lane.Stop); // to be shown
        var lease = await ledger.ClaimAsync();
        var loaded = await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None);
        Assert.Equal(3, loaded.Count);
        try
        {
            await ledger.ExecuteAsync(stop);

            var hide = loaded.Single(w => w.ListingId == ids[1]).TaskId;
            Assert.Equal([hide], (await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None)).Select(w => w.TaskId));
            Assert.Equal([hide], (await ledger.Queue.BeginAsync(lease, loaded, mayHide: true, CancellationToken.None))!.Keys);
        }
        finally
        {
            await ledger.ExecuteAsync("DELETE FROM marketplace_stop");
        }
    }

    [Fact]
    public async Task A_look_up_that_goes_in_a_circle_waits_before_the_next_create()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.EndAsync(await ledger.CallAsync(await ledger.ClaimAsync()), TaskOutcome.Unknown);
        await ledger.ExpireAsync();
        await ledger.ExecuteAsync("UPDATE listing_task SET due_at = now() - interval '1 s'");
        var lease = await ledger.ClaimAsync();
        var doubtful = Assert.Single(await ledger.Queue.WorkAsync(lease.AccountId, 1, CancellationToken.None));

        await ledger.Queue.ResolveAsync(lease, [new(doubtful, null, [], TimeSpan.FromMinutes(1))], CancellationToken.None);

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Empty(await ledger.Queue.WorkAsync(lease.AccountId, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_stock_to_send_takes_its_shop_before_those_that_wait_longer_but_not_every_time()
    {
        var listings = await ledger.BeginAsync(shops: 3);
        for (var i = 0; i < listings.Length; i++)
        {
            await ledger.CreateAsync();
        }

        await ledger.EditAsync(listings[0], Lane.Content);
        await ledger.EditAsync(listings[1], Lane.Content);
        await ledger.ExecuteAsync("UPDATE account_queue SET next_at = now() - interval '1 hour' WHERE next_at < 'infinity'");
        await ledger.EditAsync(listings[2], Lane.Stock);
        var hurried = await ledger.ScalarAsync<long>("SELECT account_id FROM listing WHERE id = @id", new { id = listings[2] });
        var queue = ledger.Queue;

        var first = Assert.Single(await queue.ClaimAsync("postmart", 1, CancellationToken.None));
        await queue.FinishAsync(first, new TurnEnd(TimeSpan.Zero, null), CancellationToken.None);
        var again = Assert.Single(await queue.ClaimAsync("postmart", 1, CancellationToken.None));
        await queue.FinishAsync(again, new TurnEnd(TimeSpan.Zero, null), CancellationToken.None);
        await queue.ClaimAsync("voso", 1, CancellationToken.None);
        var fair = Assert.Single(await queue.ClaimAsync("postmart", 1, CancellationToken.None));

        Assert.Equal((hurried, hurried), (first.AccountId, again.AccountId)); // it was given back with the stock still to send
        Assert.NotEqual(hurried, fair.AccountId);
    }

    [Fact]
    public async Task A_newer_wish_while_the_task_is_leased_is_sent()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.EditAsync(listing, Lane.Price);
        var lease = await ledger.ClaimAsync();
        var call = await ledger.CallAsync(lease);
        await ledger.EditAsync(listing, Lane.Price);
        Assert.Equal(("leased", 3), (await ledger.TaskAsync(listing, Lane.Price) is var t ? (t.State, t.Wanted) : default));

        await ledger.EndAsync(call);

        Assert.Equal(("due", 3, 2), (await ledger.TaskAsync(listing, Lane.Price) is var after ? (after.State, after.Wanted, after.Sent) : default));
        await ledger.EndAsync(await ledger.CallAsync(lease));
        await ledger.FinishAsync(lease);
        Assert.Equal(("idle", 3), (await ledger.TaskAsync(listing, Lane.Price) is var last ? (last.State, last.Sent) : default));
    }

    [Fact]
    public async Task One_listing_has_at_most_one_open_call()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.EditAsync(listing, Lane.Price);
        await ledger.EditAsync(listing, Lane.Content);
        var lease = await ledger.ClaimAsync();
        Assert.Equal("price", Assert.Single((await ledger.CallAsync(lease)).Work).Lane);

        var other = await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None);

        Assert.Equal("content", Assert.Single(other).Lane);
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => ledger.Queue.BeginAsync(lease, other, false, CancellationToken.None));
        Assert.Equal("listing_task_one_open", refused.ConstraintName);
    }

    [Fact]
    public async Task A_zombie_writes_nothing_but_the_platforms_id()
    {
        var listing = (await ledger.BeginAsync())[0];
        var zombie = await ledger.CallAsync(await ledger.ClaimAsync());
        await ledger.ExpireAsync();
        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);
        var before = await LedgerAsync();

        await ledger.EndAsync(zombie);

        Assert.Equal(before, await LedgerAsync());
        Assert.Equal($"P{listing}", await ledger.ScalarAsync<string>("SELECT external_id FROM listing"));
        Assert.True(heir.Abandoned);
        Assert.Null(await ledger.Queue.BeginAsync(zombie.Lease, [zombie.Work[0] with { TaskId = 0 }], true, CancellationToken.None));
    }

    [Fact]
    public async Task An_edit_made_while_a_create_was_in_doubt_is_sent_after_the_item_is_adopted()
    {
        var listing = (await ledger.BeginAsync())[0];
        var zombie = await ledger.CallAsync(await ledger.ClaimAsync());
        await ledger.EditAsync(listing, Lane.Content);
        await ledger.ExpireAsync();
        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);
        await ledger.EndAsync(zombie); // too late
        Assert.Equal("unknown", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Equal("unconfirmed", await ledger.StateAsync(listing));
        await ledger.HurryAsync();
        var doubtful = Assert.Single(await ledger.Queue.WorkAsync(heir.AccountId, 10, CancellationToken.None));
        Assert.True(doubtful.Unknown);

        await ledger.Queue.ResolveAsync(heir, [new(doubtful, LedgerFixture.Item(listing, SeenStatus.InReview), [], TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Equal(("due", 2, 1), (await ledger.TaskAsync(listing, Lane.Content) is var t ? (t.State, t.Wanted, t.Sent) : default));
        Assert.Equal(("idle", 1), (await ledger.TaskAsync(listing, Lane.Price) is var p ? (p.State, p.Sent) : default));
    }

    [Fact]
    public async Task A_create_that_a_look_up_does_not_find_is_sent_again()
    {
        var listing = (await ledger.BeginAsync())[0];
        var lease = await ledger.ClaimAsync();
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Unknown);
        Assert.Equal("unknown", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Empty(await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None)); // not before it settled
        await ledger.HurryAsync();
        var doubtful = Assert.Single(await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None));

        await ledger.Queue.ResolveAsync(lease, [new(doubtful, null, [], TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Create)).State);
        await ledger.EndAsync(await ledger.CallAsync(lease));
        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    [Fact]
    public async Task A_zombies_look_up_decides_nothing()
    {
        var listing = (await ledger.BeginAsync())[0];
        var zombie = await ledger.ClaimAsync();
        await ledger.EndAsync(await ledger.CallAsync(zombie), TaskOutcome.Unknown);
        await ledger.HurryAsync();
        var doubtful = await ledger.Queue.WorkAsync(zombie.AccountId, 10, CancellationToken.None);
        await ledger.ExpireAsync();
        var heir = await ledger.ClaimAsync();
        await ledger.Queue.ResolveAsync(heir, [new(doubtful[0], null, [], TimeSpan.Zero)], CancellationToken.None);
        await ledger.EndAsync(await ledger.CallAsync(heir), TaskOutcome.Unknown); // the second create may have landed

        await ledger.Queue.ResolveAsync(zombie, [new(doubtful[0], null, [], TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal("unknown", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    [Fact]
    public async Task After_a_crash_creates_are_unknown_and_other_changes_are_due_again()
    {
        var listings = await ledger.BeginAsync(each: 2);
        await ledger.CreateAsync();
        await ledger.EditAsync(listings[0], Lane.Price);
        await ledger.ExecuteAsync("UPDATE listing SET external_id = NULL WHERE id = @id", new { id = listings[1] });
        await ledger.EditAsync(listings[1], Lane.Content);
        await ledger.CallAsync(await ledger.ClaimAsync());
        await ledger.ExpireAsync();

        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);

        Assert.True(heir.Abandoned);
        Assert.Equal(("due", 1), (await ledger.TaskAsync(listings[0], Lane.Price) is var p ? (p.State, p.Crashes) : default));
        Assert.Equal(("unknown", 1), (await ledger.TaskAsync(listings[1], Lane.Create) is var c ? (c.State, c.Crashes) : default));
    }

    [Fact]
    public async Task Three_crashes_alone_set_a_task_aside_and_crashes_in_company_do_not()
    {
        var listings = await ledger.BeginAsync(each: 2);
        await ledger.CreateAsync();
        foreach (var listing in listings)
        {
            await ledger.EditAsync(listing, Lane.Content);
        }

        for (var crash = 0; crash < 5; crash++)
        {
            await CrashAsync(all: true);
        }

        Assert.Equal(("due", 5, 0), (await ledger.TaskAsync(listings[0], Lane.Content) is var t ? (t.State, t.Crashes, t.CrashesAlone) : default));
        for (var crash = 0; crash < 3; crash++)
        {
            await CrashAsync(all: false);
        }

        Assert.Equal("dead", (await ledger.TaskAsync(listings[0], Lane.Content)).State);
        Assert.Equal("failed", await ledger.StateAsync(listings[0]));
        Assert.Equal("due", (await ledger.TaskAsync(listings[1], Lane.Content)).State);
        Assert.Equal("quarantined", await ledger.ScalarAsync<string>("SELECT code FROM listing_issue WHERE closed_at IS NULL"));
    }

    [Fact]
    public async Task A_turn_given_back_with_a_call_still_open_is_recovered()
    {
        var listing = (await ledger.BeginAsync())[0];
        var lease = await ledger.ClaimAsync();
        await ledger.CallAsync(lease);
        await ledger.FinishAsync(lease); // stopped between the intent and the call

        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);

        Assert.True(heir.Abandoned);
        Assert.Equal("unknown", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    [Fact]
    public async Task A_refused_listing_is_due_again_only_after_an_edit()
    {
        var listing = (await ledger.BeginAsync())[0];
        var lease = await ledger.ClaimAsync();
        var finding = new IssueFinding("postmart.IMAGE_INVALID", Severity.Blocking, Party.Producer, ["images"], []);
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Refused, finding);
        await ledger.FinishAsync(lease);
        Assert.Equal("rejected", await ledger.StateAsync(listing));
        await ledger.ReconcileAsync(listing);
        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Empty(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None));

        await ledger.EditAsync(listing, Lane.Content);

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Create)).State);
        lease = await ledger.ClaimAsync();
        await ledger.EndAsync(await ledger.CallAsync(lease));
        Assert.Equal(0, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing_issue WHERE closed_at IS NULL"));
    }

    [Fact]
    public async Task One_shop_is_worked_on_by_one_dispatcher_at_a_time()
    {
        await ledger.BeginAsync(shops: 12);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ledger.Queue.ClaimAsync("postmart", 5, CancellationToken.None)));

        var accounts = claims.SelectMany(c => c).Select(c => c.AccountId).ToList();
        Assert.Equal(12, accounts.Count);
        Assert.Equal(12, accounts.Distinct().Count());
        Assert.Empty(await ledger.Queue.ClaimAsync("postmart", 5, CancellationToken.None));
    }

    [Fact]
    public async Task Turns_without_an_answer_are_counted_until_one_gets_through()
    {
        await ledger.BeginAsync();
        foreach (var (answered, failures) in new (bool? Answered, int Failures)[] { (false, 0), (false, 1), (null, 2), (true, 2), (null, 0) })
        {
            await ledger.HurryAsync();
            var lease = await ledger.ClaimAsync();
            Assert.Equal(failures, lease.Failures);
            await ledger.Queue.FinishAsync(lease, new TurnEnd(TimeSpan.Zero, null, answered), CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_hold_keeps_the_queue_and_the_sweep_wakes_one_that_sleeps_too_long()
    {
        await ledger.BeginAsync();
        var lease = await ledger.ClaimAsync();
        await ledger.FinishAsync(lease, TimeSpan.FromMinutes(5));
        await ledger.Queue.SweepAsync(CancellationToken.None);
        Assert.Empty(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None));
        await ledger.ExecuteAsync("UPDATE account_queue SET held_until = '-infinity', next_at = 'infinity'");

        await ledger.Queue.SweepAsync(CancellationToken.None);

        Assert.Single(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None));
    }

    private async Task CrashAsync(bool all)
    {
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(lease, LedgerFixture.Settling, CancellationToken.None);
        var work = await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None);
        Assert.NotNull(await ledger.Queue.BeginAsync(lease, [.. work.Take(all ? 2 : 1)], false, CancellationToken.None));
        await ledger.ExpireAsync();
        var heir = await ledger.ClaimAsync();
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);
        await ledger.FinishAsync(heir);
    }

    private async Task<string> LedgerAsync() => string.Join('\n', await ledger.QueryAsync<string>(
        """
        SELECT to_jsonb(t)::text FROM listing_task t WHERE lane = 'create'
        UNION ALL SELECT to_jsonb(a)::text FROM listing_attempt a
        UNION ALL SELECT kind || what FROM listing_event WHERE kind = 'sent' ORDER BY 1
        """));
}
