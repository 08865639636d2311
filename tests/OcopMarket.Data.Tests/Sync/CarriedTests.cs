using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>What a create carried stands in its own row; a lane gets a row when something of it changes for the first time.</summary>
public sealed class CarriedTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Rows = "SELECT concat_ws(' ', lane, state, sent_revision) FROM listing_task ORDER BY rank";
    private const string Lanes = "SELECT concat_ws(' ', lane, state, sent_revision, last_outcome) FROM listing_lane ORDER BY rank";

    [Fact]
    public async Task A_create_carries_every_lane_and_a_later_change_sends_its_own_only()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.EditAsync(listing, Lane.Price);

        await ledger.CreateAsync();

        Assert.Equal(["create idle 5"], await ledger.QueryAsync<string>(Rows));
        Assert.Equal(
            ["stop idle 1 accepted", "stock idle 1 accepted", "price idle 2 accepted", "content idle 1 accepted", "create idle 5 accepted"],
            await ledger.QueryAsync<string>(Lanes));
        await ledger.SeeAsync(listing, SeenStatus.Live);
        Assert.Equal(["create idle 5"], await ledger.QueryAsync<string>(Rows));

        await ledger.EditAsync(listing, Lane.Price);

        Assert.Equal(["price due 2", "create idle 5"], await ledger.QueryAsync<string>(Rows));
    }

    [Fact]
    public async Task A_program_of_the_version_before_sends_nothing_twice_of_what_a_create_carried()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();

        await ledger.ExecuteAsync(
            """
            INSERT INTO listing_task AS t (listing_id, account_id, producer_id, lane, wanted_revision, state, due_at)
            SELECT l.id, l.account_id, l.producer_id, w.lane, w.revision, 'due', now()
            FROM listing l CROSS JOIN (VALUES ('content', 1), ('price', 2), ('stop', 1)) w(lane, revision) WHERE l.id = @listing
            """, new { listing });

        Assert.Equal(["stop idle 1", "price due 1", "content idle 1", "create idle 4"], await ledger.QueryAsync<string>(Rows));
    }

    [Fact]
    public async Task A_second_create_tells_the_lanes_that_have_rows_of_their_own()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.EditAsync(listing, Lane.Stock);
        await ledger.ExecuteAsync("UPDATE listing SET external_id = NULL, seen = NULL WHERE id = @listing", new { listing });
        await ledger.EditAsync(listing, Lane.Content);
        await ledger.HurryAsync();

        await ledger.CreateAsync();

        Assert.Equal(["stock idle 2", "create idle 6"], await ledger.QueryAsync<string>(Rows));
        Assert.Equal("content idle 2 accepted", (await ledger.QueryAsync<string>(Lanes))[3]);
    }

    [Fact]
    public async Task An_adopted_item_carried_what_the_doubtful_create_did()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.EndAsync(await ledger.CallAsync(await ledger.ClaimAsync()), TaskOutcome.Unknown);
        await ledger.EditAsync(listing, Lane.Price);
        await ledger.ExpireAsync();
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        var doubtful = Assert.Single(await ledger.Queue.WorkAsync(lease.AccountId, 1, CancellationToken.None));

        await ledger.Queue.ResolveAsync(lease, [new(doubtful, LedgerFixture.Item(listing, SeenStatus.Live), [], TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal(["price due 1", "create idle 4"], await ledger.QueryAsync<string>(Rows)); // the edit came after the call
    }
}
