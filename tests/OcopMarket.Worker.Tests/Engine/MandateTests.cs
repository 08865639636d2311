using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A producer's consent and the look at his shop, with the whole engine and the platform's own log as the judge.</summary>
public sealed class MandateTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    private static readonly Actor _lan = new("Lan", "test");
    private static readonly DateOnly _today = VietnamDay.Of(DateTimeOffset.UtcNow);

    private MandateStore Mandates => engine.Services.GetRequiredService<MandateStore>();

    [Fact]
    public async Task After_a_mandate_is_withdrawn_nothing_is_sent_and_the_listing_says_who_must_act_until_there_is_another()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = await AccountAsync(goods);

        Assert.Equal(1, await Mandates.WithdrawAsync(account, null, _lan, "the producer asked for it", CancellationToken.None));
        Assert.Equal("mandate_missing", await goods.IssueAsync());
        Assert.Equal("staff", await engine.ScalarAsync<string>("SELECT owner FROM listing_issue WHERE listing_id = @Listing AND code = 'mandate_missing' AND closed_at IS NULL", new { goods.Listing }));
        var sent = await goods.AttemptsAsync("true");
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        var other = await engine.AddAsync(); // its turns come and go behind the change
        await other.LiveAsync();

        Assert.Equal(sent, await goods.AttemptsAsync("true"));
        Assert.Equal(0, await engine.CountAsync($"listing_task WHERE listing_id = {goods.Listing} AND state <> 'idle'"));

        Assert.True(await Mandates.GiveAsync(New(account) with { Evidence = "Phiếu số 13" }, _lan, CancellationToken.None));
        await goods.UntilAsync("seen_price = 199000 AND state = 'live'");
    }

    [Fact]
    public async Task What_the_portal_withdraws_stops_and_what_it_gives_starts()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = await AccountAsync(goods);
        var portal = new PortalReader(goods.Producer);
        var pages = new MandatePortal(portal.Reading(engine), portal.Writing(engine));
        var mandate = Assert.Single((await pages.FindAsync(account, _today, CancellationToken.None))!.Mandates);

        Assert.True(await pages.WithdrawAsync(new(account, mandate.Id, goods.Producer, "the producer asked for it"), _lan, _today, CancellationToken.None));
        await FollowedAsync(account);
        Assert.Equal("mandate_missing", await goods.IssueAsync());
        var sent = await goods.AttemptsAsync("true");
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        var other = await engine.AddAsync(); // its turns come and go behind the change
        await other.LiveAsync();
        Assert.Equal(sent, await goods.AttemptsAsync("true"));
        Assert.Equal(0, await engine.CountAsync($"listing_task WHERE listing_id = {goods.Listing} AND state <> 'idle'"));

        Assert.NotNull((await pages.GiveAsync(New(account) with { From = _today }, new DayLimit("person:1", "file", 10), _lan, _today, CancellationToken.None)).Mandate);
        await goods.UntilAsync("seen_price = 199000 AND state = 'live'");
        Assert.Null(await goods.IssueAsync());
    }

    /// <summary>The portal dies before it wakes anybody; then the worker's connection, with half of the work done.</summary>
    [Fact]
    public async Task A_withdrawal_is_followed_up_whoever_dies_on_the_way()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = await AccountAsync(goods);
        await using (var holder = await engine.Superuser.OpenConnectionAsync())
        await using (var held = await holder.BeginTransactionAsync())
        {
            await holder.ExecuteAsync("SELECT FROM listing WHERE id = @Listing FOR UPDATE", new { goods.Listing }, held);
            await engine.ExecuteAsync(
                "UPDATE mandate SET revoked_on = CURRENT_DATE, revoked_at = now(), follow_at = clock_timestamp() WHERE account_id = @account", new { account });
            var killed = 0L;
            while (killed == 0)
            {
                await Task.Delay(100);
                killed = await engine.ScalarAsync<long>(
                    """
                    WITH waiting AS MATERIALIZED (
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active' AND pid <> pg_backend_pid())
                    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM waiting
                    """);
            }

            Assert.Equal(1, await engine.CountAsync($"mandate WHERE account_id = {account} AND follow_at IS NOT NULL"));
            await held.RollbackAsync();
        }

        await FollowedAsync(account);
        Assert.Equal("mandate_missing", await goods.IssueAsync());
    }

    [Fact]
    public async Task A_mandate_that_ends_with_the_day_stops_as_one_that_is_withdrawn()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = await AccountAsync(goods);
        var sent = await goods.AttemptsAsync("true");

        await engine.ExecuteAsync("""
            UPDATE mandate SET until = CURRENT_DATE - 2 WHERE account_id = @account;
            UPDATE product SET composed_on = CURRENT_DATE - 3 WHERE producer_id = @Producer
            """, new { account, goods.Producer });
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        var other = await engine.AddAsync();
        await other.LiveAsync();

        Assert.Equal("mandate_missing", await goods.IssueAsync());
        Assert.Equal(sent, await goods.AttemptsAsync("true"));
        Assert.Equal("ended", Assert.Single(await Mandates.ListAsync(account, 0, 10, CancellationToken.None)).Standing);
    }

    [Theory]
    [InlineData("CCCD chu ho.jpg", "Phiếu 1", "jpg", "identity_card")]
    [InlineData("cmnd123.pdf", "Phiếu 1", "pdf", "identity_card")]
    [InlineData("phieu.pdf", "Ảnh căn cước của ông Sa", "pdf", "identity_card")]
    [InlineData("phieu.pdf", "Phiếu 1", "exe", "file_type")]
    [InlineData("phieu.pdf", "Phiếu 1", "", "file_size")]
    public async Task A_paper_is_known_by_its_bytes_and_an_identity_card_is_not_kept(string name, string evidence, string kind, string code)
    {
        var goods = await engine.AddAsync();
        var account = await AccountAsync(goods);
        var before = await engine.CountAsync("mandate");

        var refused = await Assert.ThrowsAsync<MandateException>(() => Mandates.GiveAsync(
            New(account) with { Evidence = evidence, File = new(name, Bytes(kind)) }, _lan, CancellationToken.None));

        Assert.Equal(code, refused.Code);
        Assert.InRange(refused.ReasonVi.Length, 10, 160);
        Assert.Equal(before, await engine.CountAsync("mandate"));
        Assert.Equal(0, await engine.CountAsync("mandate_evidence WHERE file_name = '" + name + "'"));
    }

    [Fact]
    public async Task A_paper_is_kept_once_by_its_hash_and_the_same_mandate_twice_is_one()
    {
        var goods = await engine.AddAsync();
        var account = await AccountAsync(goods);
        var mandate = New(account) with { TextVersion = "2026-02", ActBy = "post office", File = new("phieu-12.pdf", Bytes("pdf")) };

        Assert.True(await Mandates.GiveAsync(mandate, _lan, CancellationToken.None));
        Assert.False(await Mandates.GiveAsync(mandate, _lan, CancellationToken.None));

        Assert.Equal(1, await engine.CountAsync("mandate_evidence WHERE content_type = 'application/pdf' AND sha256 = encode(sha256(content), 'hex')"));
        var stored = (await Mandates.ListAsync(account, 0, 10, CancellationToken.None)).Single(m => m.TextVersion == "2026-02");
        Assert.Equal(("post office", "valid"), (stored.ActBy, stored.Standing));
    }

    [Fact]
    public async Task A_check_says_now_what_the_platform_says_and_what_to_do()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = await AccountAsync(goods);
        var (checks, errors) = (engine.Services.GetRequiredService<AccountChecks>(), engine.Services.GetRequiredService<MarketplaceRegistry>().Errors(engine.Marketplace));

        var good = await checks.AskAsync(account, CancellationToken.None);
        Assert.Equal(("active", AccountState.Active), (good!.Code, good.State));
        Assert.Contains("there is nothing to do", CheckAdvice.Of(good, errors).En, StringComparison.Ordinal);

        await engine.BreakAsync(new JsonObject { ["call"] = "shop-get", ["kind"] = "serverErrorBefore", ["count"] = 20 });
        var silent = await checks.AskAsync(account, CancellationToken.None);
        await engine.MendAsync();
        Assert.Equal(("no_answer", null), (silent!.Code, silent.State));
        Assert.Equal("active", await engine.ScalarAsync<string>("SELECT state FROM seller_account WHERE id = @account", new { account }));

        await engine.ExecuteAsync("UPDATE credential SET state = 'refused' WHERE id = (SELECT credential_id FROM seller_account WHERE id = @account)", new { account });
        var refused = await checks.AskAsync(account, CancellationToken.None);
        Assert.Equal(AccountState.ReauthNeeded, refused!.State);
        Assert.Contains("đăng nhập lại", CheckAdvice.Of(refused, errors).Vi, StringComparison.Ordinal);
        Assert.Equal("reauth_needed platform", await engine.ScalarAsync<string>(
            "SELECT state || ' ' || told_by FROM account_event WHERE account_id = @account ORDER BY id DESC LIMIT 1", new { account }));
        Assert.Null(await checks.AskAsync(999_999, CancellationToken.None));
        await engine.ExecuteAsync("UPDATE credential SET state = 'active'");
    }

    private static byte[] Bytes(string kind) => kind switch
    {
        "pdf" => [.. "%PDF-1.7 phieu"u8],
        "jpg" => [0xFF, 0xD8, 0xFF, 0xE0, 1],
        "exe" => [0x4D, 0x5A, 1, 2],
        _ => [],
    };

    private static NewMandate New(long account) => new(account, null, "operator", new DateOnly(2026, 1, 1), null, "1", "Phiếu số 12", "Lan");

    private async Task FollowedAsync(long account)
    {
        while (await engine.CountAsync($"mandate WHERE account_id = {account} AND follow_at IS NOT NULL") > 0)
        {
            await Task.Delay(100);
        }
    }

    private Task<long> AccountAsync(Goods goods) => engine.ScalarAsync<long>("SELECT id FROM seller_account WHERE producer_id = @Producer", new { goods.Producer });

    /// <summary>A business that asks.</summary>
    private sealed record PortalReader(long Producer) : IReaderScope
    {
        public DataScope Current => DataScope.Producer(Producer);

        public ReadingDatabase Reading(PostmartEngine engine) => new(new PortalDatabase(engine.WebSource), this);

        public WritingDatabase Writing(PostmartEngine engine) => new(new PortalDatabase(engine.WebSource), this);
    }
}
