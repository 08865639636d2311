using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>Seen never goes back in time, and nothing is called live on a read that may be older than what we did.</summary>
public sealed class ListingObservationTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly IssueFinding _blurred = new("postmart.IMAGE_INVALID", Severity.Blocking, Party.Producer, ["images"], []);

    [Fact]
    public async Task A_read_that_began_earlier_changes_nothing()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        var early = await ledger.Reads.ClockAsync(CancellationToken.None);
        await ledger.SeeAsync(listing, SeenStatus.Live);
        Assert.Equal("live", await ledger.StateAsync(listing));

        await ledger.SeeAsync(listing, SeenStatus.Rejected, early, _blurred);

        Assert.Equal("live", await ledger.StateAsync(listing));
        Assert.Equal(0, await ledger.CountAsync("listing_issue"));
    }

    [Fact]
    public async Task Accepted_is_not_live()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();

        Assert.Equal("sending", await ledger.StateAsync(listing));
        await ledger.SeeAsync(listing, SeenStatus.InReview);
        Assert.Equal("in_review", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task An_item_that_is_not_named_soon_after_its_create_is_not_taken_for_deleted()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        var absent = LedgerFixture.Item(listing, SeenStatus.Removed) with { Absent = true };
        var at = await ledger.Reads.ClockAsync(CancellationToken.None);

        await ledger.Observation.RecordAsync(
            [new(listing, absent, [], LedgerFixture.Settling)], KnownBy.Api, at + LedgerFixture.Settling / 2, CancellationToken.None);
        Assert.Equal("sending", await ledger.StateAsync(listing));

        await ledger.Observation.RecordAsync(
            [new(listing, absent, [], LedgerFixture.Settling)], KnownBy.Api, at + LedgerFixture.Settling * 2, CancellationToken.None);
        Assert.Equal("needs_attention", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task An_old_price_read_while_the_index_lags_is_not_somebodys_doing()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        var old = LedgerFixture.Item(listing, SeenStatus.Live) with { PriceVnd = 1 };
        var at = await ledger.Reads.ClockAsync(CancellationToken.None);

        await ledger.Observation.RecordAsync([new(listing, old, [])], KnownBy.Api, at, CancellationToken.None);
        Assert.Equal("live_changing", await ledger.StateAsync(listing));

        await ledger.Observation.RecordAsync([new(listing, old, [])], KnownBy.Api, at + LedgerFixture.Settling * 2, CancellationToken.None);
        Assert.Equal("needs_attention", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task A_read_during_a_call_does_not_vouch_for_what_the_call_did()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.EditAsync(listing, Lane.Content);
        var lease = await ledger.ClaimAsync();
        var call = await ledger.CallAsync(lease);
        await ledger.SeeAsync(listing, SeenStatus.Live); // the edit has not arrived there yet

        await ledger.EndAsync(call);

        Assert.Equal("sending", await ledger.StateAsync(listing));
        await ledger.SeeAsync(listing, SeenStatus.Live);
        Assert.Equal("live", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task A_read_during_a_call_does_not_vouch_for_a_call_that_nobody_ended()
    {
        var listing = await EditUnderWayAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live); // the edit has not arrived there yet
        await ledger.ExpireAsync();

        await ledger.Queue.RecoverAsync(await ledger.ClaimAsync(), LedgerFixture.Settling, CancellationToken.None);

        Assert.Equal("sending", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task A_read_before_a_zombies_end_does_not_vouch_for_its_call()
    {
        var listing = await EditUnderWayAsync();
        await ledger.ExpireAsync();
        await ledger.Queue.RecoverAsync(await ledger.ClaimAsync(), LedgerFixture.Settling, CancellationToken.None);
        await ledger.SeeAsync(listing, SeenStatus.Live); // the zombie's call has not arrived there yet

        await ledger.EndAsync(_underWay!);

        Assert.Equal("sending", await ledger.StateAsync(listing));
    }

    private Call? _underWay;

    private async Task<long> EditUnderWayAsync()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.EditAsync(listing, Lane.Content);
        _underWay = await ledger.CallAsync(await ledger.ClaimAsync());
        return listing;
    }

    [Fact]
    public async Task An_item_that_we_deleted_and_that_is_wanted_again_before_that_was_seen_is_made_anew()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await WishAsync(listing, "gone");
        await ledger.ExecuteAsync("UPDATE listing SET delete_due = true");
        await ledger.EndAsync(await ledger.CallAsync(await ledger.ClaimAsync()));
        await WishAsync(listing, "on_sale");

        await ledger.SeeAsync(listing, SeenStatus.Removed);

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Create)).State);
        Assert.Equal("waiting", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task An_item_that_somebody_else_took_down_is_not_put_back_behind_his_back()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();

        await ledger.SeeAsync(listing, SeenStatus.Removed);

        Assert.Equal("needs_attention", await ledger.StateAsync(listing));
        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Create)).State);
    }

    private async Task WishAsync(long listing, string desired)
    {
        await ledger.ExecuteAsync("UPDATE listing SET desired = @desired WHERE id = @listing", new { desired, listing });
        await ledger.EditAsync(listing, Lane.Stop);
    }

    [Fact]
    public async Task Reasons_of_a_refusal_close_with_the_next_read_that_has_none()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Rejected, null, _blurred);
        Assert.Equal("rejected", await ledger.StateAsync(listing));
        Assert.Equal("seen", await ledger.ScalarAsync<string>("SELECT origin FROM listing_issue WHERE closed_at IS NULL"));

        await ledger.SeeAsync(listing, SeenStatus.Live);

        Assert.Equal("live", await ledger.StateAsync(listing));
        Assert.Equal(0, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing_issue WHERE closed_at IS NULL"));
    }

    [Fact]
    public async Task Counters_follow_every_move()
    {
        var listings = await ledger.BeginAsync(shops: 2, each: 3);
        await ledger.AssertCountersAsync();
        await ledger.CreateAsync();
        await ledger.SeeAsync(listings[0], SeenStatus.Live);
        await ledger.ExecuteAsync("DELETE FROM listing WHERE id = @id", new { id = listings[5] });
        await ledger.AssertCountersAsync();
    }

    [Fact]
    public async Task A_review_that_takes_too_long_passes_to_staff_and_stays_there()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.InReview);
        await ledger.ExecuteAsync(
            """
            UPDATE listing SET state_since = state_since - interval '5 hours' WHERE id = @listing;
            UPDATE listing_turn SET until = now() - interval '1 s' WHERE listing_id = @listing
            """, new { listing });

        Assert.Equal(1, await ledger.Sweep.SweepAsync(DateTimeOffset.UtcNow, 10, CancellationToken.None));

        Assert.Equal("staff", await ledger.ScalarAsync<string>("SELECT owner FROM listing"));
        await ledger.SeeAsync(listing, SeenStatus.InReview);
        Assert.Equal("staff", await ledger.ScalarAsync<string>("SELECT owner FROM listing"));
        Assert.Equal("review_overdue", await ledger.ScalarAsync<string>("SELECT code FROM listing_issue WHERE closed_at IS NULL"));
        Assert.Equal(0, await ledger.Sweep.SweepAsync(DateTimeOffset.UtcNow, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_turn_that_a_program_of_the_version_before_sets_is_taken()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        var reads = new StatusReads(ledger.DataSource);
        Assert.Empty(await reads.TakeAsync(10, CancellationToken.None));

        await ledger.ExecuteAsync("UPDATE listing SET next_read_at = now(), state_until = now() WHERE id = @listing", new { listing });

        Assert.Equal(listing, Assert.Single(await reads.TakeAsync(10, CancellationToken.None)).ListingId);
        Assert.Empty(await reads.TakeAsync(10, CancellationToken.None)); // two readers do not ask twice
        Assert.Equal(1, await ledger.Sweep.SweepAsync(DateTimeOffset.UtcNow.AddSeconds(1), 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_read_that_finds_nothing_new_writes_into_no_index_of_the_listing()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.ExecuteAsync("UPDATE listing_turn SET read_at = now() WHERE listing_id = @listing", new { listing });
        var before = await WritesAsync();

        Assert.Single(await new StatusReads(ledger.DataSource).TakeAsync(10, CancellationToken.None));
        await ledger.SeeAsync(listing, SeenStatus.Live);

        var after = await WritesAsync();
        Assert.Equal((1, 1), (after.Updated - before.Updated, after.InPlace - before.InPlace));
    }

    /// <summary>Of the listings, so far: all changes, and those that left the indexes alone.</summary>
    private Task<(long Updated, long InPlace)> WritesAsync() => ledger.CountedAsync<(long, long)>("listing", "n_tup_upd, n_tup_hot_upd");
}
