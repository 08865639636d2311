using Dapper;
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
        Assert.Equal(WebhookKept.Kept, await KeepAsync("early", new WebhookHint(shop, sku, null)));

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

        Assert.Equal(WebhookKept.Kept, await KeepAsync("twice", items));
        await MatchAsync();
        await ledger.ExecuteAsync("UPDATE listing_turn SET read_at = 'infinity' WHERE listing_id = @listing", new { listing });
        Assert.Equal(WebhookKept.Repeated, await KeepAsync("twice", items));

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

        await KeepAsync("other shop", new WebhookHint("khac", "", "3903127451"), new WebhookHint(shop!, "", "5"));
        await MatchAsync();
        Assert.Equal((2, true), await StandingAsync("other shop"));
        await ledger.ExecuteAsync("DELETE FROM webhook_receipt WHERE body_hash = 'other shop'");
        await KeepAsync("by id", new WebhookHint(shop!, "", "3903127451"));
        await MatchAsync();

        Assert.Equal((0, false), await StandingAsync("by id"));
        Assert.True(await ledger.ScalarAsync<bool>("SELECT read_at <= now() FROM listing_turn WHERE listing_id = @listing", new { listing }));
    }

    /// <summary>Lazada tells of an item; we keep it with its SKU, item and SKU with a hyphen between them.</summary>
    [Theory]
    [InlineData("2202832065", true)]
    [InlineData("2202832065-134", true)]
    [InlineData("220283206", false)]
    [InlineData("2202832065-13", false)]
    [InlineData("2202832065-", false)]
    [InlineData("%", false)]
    public async Task An_item_is_found_by_the_first_part_of_its_id_and_by_no_other_beginning(string told, bool found)
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.ExecuteAsync("UPDATE listing SET external_id = '2202832065-134' WHERE id = @listing", new { listing });
        await ledger.ExecuteAsync("UPDATE listing_turn SET read_at = 'infinity' WHERE listing_id = @listing", new { listing });
        var shop = await ledger.ScalarAsync<string>("SELECT a.external_id FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @listing", new { listing });

        await KeepAsync($"part {told}", new WebhookHint(shop!, "", told));
        await MatchAsync();

        Assert.Equal(found, await ledger.ScalarAsync<bool>("SELECT read_at <= now() FROM listing_turn WHERE listing_id = @listing", new { listing }));
        await ledger.ExecuteAsync("DELETE FROM webhook_receipt WHERE body_hash LIKE 'part %'");
    }

    [Fact]
    public async Task What_means_nothing_of_ours_is_given_up_after_a_day_and_counted()
    {
        await KeepAsync("foreign", new WebhookHint("nobody", "nothing", null));
        await ledger.ExecuteAsync("UPDATE webhook_receipt SET received_at = now() - interval '25 hours', match_at = now() WHERE body_hash = 'foreign'");

        await MatchAsync();

        Assert.Equal((0, false), await StandingAsync("foreign"));
        Assert.Equal(1, await ledger.ScalarAsync<int>("SELECT unmatched FROM webhook_receipt WHERE body_hash = 'foreign'"));
    }

    [Fact]
    public async Task A_callback_is_not_waited_for_by_who_holds_its_listing_and_finds_it_afterwards()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.ExecuteAsync("UPDATE listing SET external_id = 'x3' WHERE id = @listing", new { listing });
        var (shop, sku) = (await ledger.QueryAsync<(string, string)>(
            "SELECT a.external_id, l.seller_sku FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @listing", new { listing })).Single();
        await KeepAsync("held", new WebhookHint(shop, sku, null));
        await using (var connection = await ledger.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("SELECT id FROM listing WHERE id = @listing FOR UPDATE", new { listing }, transaction);

            var matched = MatchAsync();
            Assert.Same(matched, await Task.WhenAny(matched, WaitingAsync()));
            await connection.ExecuteAsync("UPDATE webhook_receipt SET pending = pending WHERE body_hash = 'held'", transaction: transaction); // as an erasure
            await transaction.CommitAsync();
        }

        Assert.Equal((1, true), await StandingAsync("held"));
        await ledger.ExecuteAsync("UPDATE webhook_receipt SET match_at = now()");
        await MatchAsync();
        Assert.Equal((0, false), await StandingAsync("held"));
        Assert.True(await ledger.ScalarAsync<bool>("SELECT read_at <= now() FROM listing_turn WHERE listing_id = @listing", new { listing }));
    }

    [Fact]
    public async Task Who_tells_more_than_a_day_has_room_for_is_refused_and_takes_nothing_of_the_others()
    {
        await ledger.ExecuteAsync("DELETE FROM identity.day_use; DELETE FROM webhook_receipt");
        var room = new WebhookRoom(1_000, 1_000_000);
        var kept = new List<WebhookKept>();
        for (var n = 0; n < 5; n++)
        {
            kept.Add(await TellAsync($"loud{n}", room, "loud"));
        }

        Assert.Equal([WebhookKept.Kept, WebhookKept.Kept, WebhookKept.ShopIsFull, WebhookKept.ShopIsFull, WebhookKept.ShopIsFull], kept);
        Assert.Equal(WebhookKept.Repeated, await TellAsync("loud0", room, "loud"));
        Assert.Equal(WebhookKept.Kept, await TellAsync("quiet", room, "quiet"));
        Assert.Equal(3, await ledger.CountAsync("webhook_receipt"));
        Assert.Equal(3L, await ledger.ScalarAsync<long>("SELECT sum(uses) FROM identity.day_use WHERE keeper ~ '^postmart:[0-9]+$' AND length(keeper) < 12"));
        Assert.Equal(WebhookKept.MarketplaceIsFull, await TellAsync("late", new(1_000_000, 1_600), "third"));
        await ledger.ExecuteAsync(
            """
            INSERT INTO identity.day_use (keeper, what, day, uses, bytes) SELECT 'postmart:' || n, 'webhook', '2026-12-01', 1, 62400 FROM generate_series(0, 15) n
            ON CONFLICT (keeper, what, day) DO UPDATE SET bytes = excluded.bytes
            """);
        Assert.Equal(WebhookKept.MarketplaceIsFull, await TellAsync("later", new(1_000_000, 1_000_000), "third"));
        Assert.Equal(3L, await ledger.ScalarAsync<long>("SELECT sum(uses) FROM identity.day_use WHERE length(keeper) > 12")); // of the shops; a full marketplace costs them nothing
        Assert.Equal(0, await ledger.CountAsync("identity.day_use WHERE keeper LIKE '%loud%' OR keeper LIKE '%quiet%'"));
    }

    private Task<WebhookKept> TellAsync(string hash, WebhookRoom room, string shop) => _receipts.KeepAsync(
        new("postmart", hash, [new WebhookHint(shop, "sku", null)]), room, new(2026, 12, 1), CancellationToken.None);

    private async Task WaitingAsync()
    {
        while (await ledger.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
        {
            await Task.Delay(5);
        }
    }

    private Task<WebhookKept> KeepAsync(string hash, params WebhookHint[] items) => _receipts.KeepAsync(
        new("postmart", hash, items), new(1_000_000, 1_000_000), new(2026, 12, 1), CancellationToken.None);

    private Task<int> MatchAsync() => _reads.MatchAsync(100, CancellationToken.None);

    private async Task<(int Pending, bool Waits)> StandingAsync(string hash) => (await ledger.QueryAsync<(int, bool)>(
        "SELECT coalesce(jsonb_array_length(pending), 0), match_at IS NOT NULL FROM webhook_receipt WHERE body_hash = @hash", new { hash })).Single();
}
