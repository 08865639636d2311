using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>What platforms tell is kept by the portal's login and followed up by the workers'.</summary>
public sealed class WebhookMatchTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly WebhookReceipts _receipts = new(new PortalDatabase(ledger.WebSource));
    private readonly StatusReads _reads = new(ledger.DataSource);

    [Fact]
    public async Task An_item_that_was_told_of_before_we_stored_it_is_found_later_and_then_read()
    {
        var listing = (await ledger.BeginAsync())[0];
        var (shop, sku) = (await ledger.QueryAsync<(string, string)>(
            "SELECT a.external_id, l.seller_sku FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @listing", new { listing })).Single();
        Assert.True(await _receipts.KeepAsync("postmart", "early", [new WebhookHint(shop, sku, null)], CancellationToken.None));

        Assert.Equal(1, await MatchAsync());
        Assert.Equal((1, true), await StandingAsync("early"));

        await ledger.ExecuteAsync("UPDATE listing SET external_id = 'x1' WHERE id = @listing", new { listing });
        await ledger.ExecuteAsync("UPDATE webhook_receipt SET match_at = now()");
        Assert.Equal(1, await MatchAsync());

        Assert.Equal((0, false), await StandingAsync("early"));
        Assert.True(await ledger.ScalarAsync<bool>("SELECT read_at <= now() FROM listing_turn WHERE listing_id = @listing", new { listing }));
    }

    [Fact]
    public async Task The_same_body_is_kept_once_and_has_no_second_effect()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.ExecuteAsync("UPDATE listing SET external_id = 'x2' WHERE id = @listing", new { listing });
        var hints = await ledger.QueryAsync<(string Shop, string Sku)>(
            "SELECT a.external_id, l.seller_sku FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @listing", new { listing });
        WebhookHint[] items = [.. hints.Select(h => new WebhookHint(h.Shop, h.Sku, null))];

        Assert.True(await _receipts.KeepAsync("postmart", "twice", items, CancellationToken.None));
        await MatchAsync();
        await ledger.ExecuteAsync("UPDATE listing_turn SET read_at = 'infinity' WHERE listing_id = @listing", new { listing });
        Assert.False(await _receipts.KeepAsync("postmart", "twice", items, CancellationToken.None));

        Assert.Equal(0, await MatchAsync());
        Assert.Equal("infinity", await ledger.ScalarAsync<string>("SELECT read_at::text FROM listing_turn WHERE listing_id = @listing", new { listing }));
    }

    [Fact]
    public async Task An_item_that_is_named_by_the_platform_s_id_alone_is_found_in_its_own_shop_only()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.ExecuteAsync("UPDATE listing SET external_id = '3903127451' WHERE id = @listing", new { listing });
        await ledger.ExecuteAsync("UPDATE listing_turn SET read_at = 'infinity' WHERE listing_id = @listing", new { listing });
        var shop = await ledger.ScalarAsync<string>("SELECT a.external_id FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @listing", new { listing });

        await _receipts.KeepAsync("postmart", "other shop", [new WebhookHint("khac", "", "3903127451"), new WebhookHint(shop!, "", "5")], CancellationToken.None);
        await MatchAsync();
        Assert.Equal((2, true), await StandingAsync("other shop"));
        await ledger.ExecuteAsync("DELETE FROM webhook_receipt WHERE body_hash = 'other shop'");
        await _receipts.KeepAsync("postmart", "by id", [new WebhookHint(shop!, "", "3903127451")], CancellationToken.None);
        await MatchAsync();

        Assert.Equal((0, false), await StandingAsync("by id"));
        Assert.True(await ledger.ScalarAsync<bool>("SELECT read_at <= now() FROM listing_turn WHERE listing_id = @listing", new { listing }));
    }

    [Fact]
    public async Task What_means_nothing_of_ours_is_given_up_after_a_day_and_counted()
    {
        await _receipts.KeepAsync("postmart", "foreign", [new WebhookHint("nobody", "nothing", null)], CancellationToken.None);
        await ledger.ExecuteAsync("UPDATE webhook_receipt SET received_at = now() - interval '25 hours', match_at = now() WHERE body_hash = 'foreign'");

        await MatchAsync();

        Assert.Equal((0, false), await StandingAsync("foreign"));
        Assert.Equal(1, await ledger.ScalarAsync<int>("SELECT unmatched FROM webhook_receipt WHERE body_hash = 'foreign'"));
    }

    private Task<int> MatchAsync() => _reads.MatchAsync(100, CancellationToken.None);

    private async Task<(int Pending, bool Waits)> StandingAsync(string hash) => (await ledger.QueryAsync<(int, bool)>(
        "SELECT coalesce(jsonb_array_length(pending), 0), match_at IS NOT NULL FROM webhook_receipt WHERE body_hash = @hash", new { hash })).Single();
}
