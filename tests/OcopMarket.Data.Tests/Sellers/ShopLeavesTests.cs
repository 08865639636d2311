using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Tests.Sync;

namespace OcopMarket.Data.Tests.Sellers;

/// <summary>What a shop or a marketplace out of use leaves in the ledger, without workers.</summary>
public sealed class ShopLeavesTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly Actor _lan = new("Lan", "test");

    private ShopLeaves Leaves => new(ledger.DataSource, ledger.Reconciler, ledger.Observation, ledger.Accounts, TimeProvider.System);

    [Fact]
    public async Task A_locked_shop_with_a_doubtful_create_and_one_that_was_set_aside_leaves_when_a_person_says_that_nothing_is_on_sale()
    {
        var (shop, leaves) = await LockedAsync();
        Assert.Equal(["locked", "unconfirmed", "failed", "failed"], await StatesAsync());
        await leaves.RunAsync(CancellationToken.None);
        Assert.Equal(4, (await leaves.ItemsAsync(shop.Id, CancellationToken.None)).Count);
        Assert.Equal(0, await ledger.CountAsync("seller_account WHERE left_at IS NOT NULL"));

        Assert.Equal(2, await leaves.SeenAwayAsync(shop, _lan, CancellationToken.None));
        await leaves.RunAsync(CancellationToken.None);

        Assert.Equal(["hidden", "off", "hidden", "off"], await StatesAsync());
        Assert.Empty(await leaves.ItemsAsync(shop.Id, CancellationToken.None));
        Assert.Equal(1, await ledger.CountAsync("seller_account WHERE left_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_doubt_that_a_person_ended_is_looked_up_when_the_item_is_wanted_again()
    {
        var (shop, leaves) = await LockedAsync();
        await leaves.RunAsync(CancellationToken.None);
        await leaves.SeenAwayAsync(shop, _lan, CancellationToken.None);
        await ledger.ExecuteAsync("UPDATE seller_account SET state = 'active'");
        Assert.True(await leaves.KeepAsync(shop, _lan, "it was the wrong shop", CancellationToken.None));

        await ledger.ExecuteAsync("UPDATE listing SET desired = 'on_sale', visibility_revision = visibility_revision + 1");
        await ledger.ReconcileAsync([.. await ledger.QueryAsync<long>("SELECT id FROM listing")]);

        Assert.Equal(["idle", "unknown", "idle", "unknown"], await ledger.QueryAsync<string>(
            "SELECT state FROM listing_task WHERE lane = 'create' ORDER BY listing_id"));
    }

    [Fact]
    public async Task Of_a_marketplace_out_of_use_what_never_was_on_sale_is_deleted_and_what_once_was_is_hidden()
    {
        var ids = await ledger.BeginAsync(1, 3);
        await ledger.CreateAsync();
        await ledger.SeeAsync(ids[0], SeenStatus.Live);
        await ledger.SeeAsync(ids[0], SeenStatus.InReview);
        await ledger.SeeAsync(ids[1], SeenStatus.InReview);
        await ledger.SeeAsync(ids[2], SeenStatus.Live);
        try
        {
            await ledger.ExecuteAsync("INSERT INTO marketplace_stop (marketplace, stopped_by, reason) VALUES ('postmart', 'Lan', 'test')");
            var leaves = Leaves;

            Assert.Equal(3, await leaves.RunAsync(CancellationToken.None));
            Assert.Equal(0, await leaves.RunAsync(CancellationToken.None));

            Assert.Equal(["off false", "gone true", "off false"], await ledger.QueryAsync<string>(
                "SELECT desired || ' ' || delete_due FROM listing ORDER BY id"));
        }
        finally
        {
            await ledger.ExecuteAsync("DELETE FROM marketplace_stop");
        }
    }

    /// <summary>A shop that is to leave and is locked: an item that was on sale, a create of unknown fate, an item and a create that were set aside.</summary>
    private async Task<(LeavingShop Shop, ShopLeaves Leaves)> LockedAsync()
    {
        var ids = await ledger.BeginAsync(1, 4);
        await ledger.CreateAsync();
        await ledger.SeeAsync(ids[0], SeenStatus.Live);
        await ledger.SeeAsync(ids[2], SeenStatus.Live);
        await ledger.ExecuteAsync(
            """
            UPDATE listing SET external_id = NULL WHERE id = ANY(@unseen);
            UPDATE listing_task SET state = 'unknown', last_outcome = 'unknown', sent_revision = 0 WHERE listing_id = @doubtful AND lane = 'create';
            UPDATE listing_task SET state = 'dead', last_outcome = 'crashed', sent_revision = 0 WHERE listing_id = ANY(@aside) AND lane = 'create';
            UPDATE seller_account SET state = 'suspended'
            """, new { unseen = new[] { ids[1], ids[3] }, doubtful = ids[1], aside = new[] { ids[2], ids[3] } });
        await ledger.ReconcileAsync(ids);
        var leaves = Leaves;
        var shop = (await leaves.FindAsync(await ledger.ScalarAsync<long>("SELECT id FROM seller_account"), CancellationToken.None))!;
        Assert.True(await leaves.BeginAsync(shop, _lan, "test", CancellationToken.None));
        return (shop, leaves);
    }

    private async Task<IEnumerable<string>> StatesAsync() => await ledger.QueryAsync<string>("SELECT state FROM listing ORDER BY id");
}
