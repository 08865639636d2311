using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>Rows S27 and S28 behind the portal: what a worker makes of a code, and whose shop it is.</summary>
public sealed class ConnectTests(ConsentFixture field) : IClassFixture<ConsentFixture>
{
    private const string Person = "Thạch Thị Chal Thi";

    [Fact]
    public async Task A_code_becomes_sealed_tokens_a_state_an_event_and_an_audit_row_and_is_gone()
    {
        var shop = await field.AddAsync();

        Assert.Null(await shop.ConnectAsync());
        var check = await shop.CheckAsync();

        Assert.Equal("active", check.Code);
        Assert.Equal("active", await shop.StateAsync());
        Assert.Equal(
            (shop.External, false), (await field.QueryAsync<(string, bool)>("SELECT external_id, login_wanted FROM seller_account WHERE id = @Account", new { shop.Account })).Single());
        Assert.Equal($"shop.connect {Person}", await shop.AuditAsync());
        Assert.Equal(0, await field.CountAsync("connect_attempt WHERE code IS NOT NULL"));
        Assert.Equal(
            "connected", await field.ScalarAsync<string>("SELECT evidence FROM account_event WHERE account_id = @Account AND told_by = @Person", new { shop.Account, Person }));
        var row = await shop.RowAsync();
        Assert.True(row.IsConsent && row.AccessLeft > TimeSpan.FromHours(3.9), $"{row.AccessLeft}");
        Assert.InRange(
            await field.ScalarAsync<double>("SELECT extract(epoch FROM refresh_due_at - access_at) / 14400 FROM credential WHERE id = @Id", new { row.Id }), 0.59, 0.81);
        Assert.Equal(365, await field.ScalarAsync<int>("SELECT round(extract(epoch FROM consent_until - consent_at) / 86400)::int FROM credential WHERE id = @Id", new { row.Id }));
    }

    [Fact]
    public async Task A_code_that_was_used_or_never_given_connects_nothing()
    {
        var shop = await field.AddAsync();
        var code = await field.CodeAsync(shop.External);
        Assert.Null(await shop.RunAsync("connect", code, shop.External, "producer", null));
        var before = await TokensAsync(shop);

        Assert.Equal("connect_refused", await shop.RunAsync("connect", code, shop.External, "producer", null));
        Assert.Equal("connect_refused", await shop.RunAsync("connect", "code-of-nobody", shop.External, "producer", null));

        Assert.Equal(before, await TokensAsync(shop));
    }

    [Fact]
    public async Task Consenting_for_another_shop_is_refused_and_the_former_login_stays()
    {
        var shop = await field.AddConnectedAsync();
        var other = await field.AddAsync();
        var before = await TokensAsync(shop);

        Assert.Equal("connect_other_shop", await shop.ConnectAsync(consented: other.External));

        Assert.Equal(before, await TokensAsync(shop));
        Assert.Equal("active", (await shop.CheckAsync()).Code);
        Assert.Equal("connect_other_shop producer", await shop.IssuesAsync());
        Assert.Equal(0, await field.CallsAsync("token", other.External));

        Assert.Null(await shop.ConnectAsync());
        Assert.Equal("", await shop.IssuesAsync());
    }

    [Fact]
    public async Task A_way_back_that_names_another_shop_than_consented_gets_no_tokens()
    {
        var shop = await field.AddAsync();
        var other = await field.AddAsync();

        Assert.Equal("connect_refused", await shop.ConnectAsync(consented: other.External, claimed: shop.External));

        Assert.Equal("planned", await shop.StateAsync());
    }

    [Fact]
    public async Task A_shop_that_another_producer_holds_changes_nothing_and_both_sides_are_told()
    {
        var holder = await field.AddConnectedAsync();
        var taker = await field.AddAsync();
        var before = await TokensAsync(holder);

        Assert.Equal("connect_conflict", await taker.ConnectAsync(consented: holder.External));

        Assert.Equal(before, await TokensAsync(holder));
        Assert.Equal(1, await field.CallsAsync("token", holder.External)); // the holder's own: the code of the other was never used
        Assert.Equal("active", (await holder.CheckAsync()).Code);
        Assert.Equal("connect_conflict staff", await holder.IssuesAsync());
        Assert.Equal("connect_conflict staff", await taker.IssuesAsync());
        Assert.Equal($"shop.connect {Person}, shop.connect.refused {Person}", await holder.AuditAsync());
        Assert.Equal($"shop.connect.refused {Person}", await taker.AuditAsync());
        Assert.Equal(1, await field.CountAsync($"account_event WHERE account_id = {holder.Account} AND evidence = 'connect_conflict'"));
        Assert.Null(await field.ScalarAsync<string>("SELECT external_id FROM seller_account WHERE id = @Account", new { taker.Account }));
        Assert.DoesNotContain(
            "HTX", string.Concat(await field.QueryAsync<string>("SELECT array_to_string(args, '') FROM account_issue WHERE code = 'connect_conflict'")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_connect_one_shop_at_once_do_not_both_get_it()
    {
        var (one, two) = (await field.AddAsync(), await field.AddAsync());
        await field.PostAsync("faults", new() { ["call"] = "token", ["kind"] = "slowBytes", ["seconds"] = 1, ["count"] = 2 });

        var results = await Task.WhenAll(one.ConnectAsync(consented: one.External, program: field.Program()), two.ConnectAsync(consented: one.External, program: field.Program()));

        await field.MendAsync();
        Assert.Equal(1, await field.CountAsync($"seller_account WHERE external_id = '{one.External}'"));
        Assert.Equal(1, await field.CountAsync($"account_event WHERE evidence = 'connected' AND account_id IN ({one.Account}, {two.Account})"));
        Assert.Contains("connect_conflict", (string?[])[await LastAsync(one), await LastAsync(two)]);
        Assert.Equal(2, results.Length);
    }

    [Fact]
    public async Task A_shared_shop_that_is_connected_again_is_planned_at_once_for_everybody_it_serves()
    {
        var shop = await field.AddConnectedAsync();
        var (served, stranger) = (await field.AddAsync(), await field.AddAsync());
        await field.ExecuteAsync(
            """
            UPDATE seller_account SET producer_id = NULL WHERE id = @Account;
            INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by)
            SELECT @Account, p, DATE '2020-01-01', 'test', 'test' FROM unnest(@producers) p;
            INSERT INTO product (producer_id, key, name, name_folded, composed_on, planned_revision)
            SELECT p, 'sp' || p, 'Mật ong', 'mat ong', CURRENT_DATE, 1 FROM unnest(@all) p
            """,
            new { shop.Account, producers = new[] { shop.Producer, served.Producer }, all = new[] { shop.Producer, served.Producer, stranger.Producer } });

        Assert.Null(await shop.ConnectAsync());

        Assert.Equal(
            [shop.Producer, served.Producer],
            await field.QueryAsync<long>("SELECT producer_id FROM product WHERE composed_on IS NULL ORDER BY producer_id"));
    }

    [Fact]
    public async Task Disconnecting_erases_the_tokens_at_once_and_nothing_is_sent_any_more()
    {
        var shop = await field.AddConnectedAsync();
        var program = field.Program();
        Assert.NotNull(await shop.OpenAsync(program));

        Assert.Null(await shop.DisconnectAsync());

        Assert.Equal("0 0 0 0", await field.ScalarAsync<string>(
            "SELECT concat_ws(' ', num_nonnulls(sealed_access), num_nonnulls(sealed_refresh), num_nonnulls(access_tail), num_nonnulls(refresh_due_at)) FROM credential WHERE id = @id",
            new { id = await shop.CredentialAsync() }));
        Assert.Null(await shop.OpenAsync(program));
        Assert.Equal("reauth_needed", await shop.StateAsync());
        Assert.Equal($"shop.connect {Person}, shop.disconnect {Person}", await shop.AuditAsync());
        Assert.Equal("connect_none", await shop.DisconnectAsync() ?? "connect_none");

        Assert.Null(await shop.ConnectAsync());
        Assert.NotNull(await shop.OpenAsync(program));
    }

    [Fact]
    public async Task A_renewal_under_way_does_not_bring_back_what_was_disconnected()
    {
        var shop = await field.AddConnectedAsync();
        var program = field.Program();
        await shop.ExpireAsync();
        await field.PostAsync("faults", new() { ["call"] = "refresh", ["kind"] = "slowBytes", ["seconds"] = 2, ["count"] = 1, ["shop"] = shop.External });
        var renewing = shop.OpenAsync(program);
        await UntilAsync(async () => await field.CallsAsync("refresh", shop.External) == 1);

        Assert.Null(await shop.DisconnectAsync());
        var session = await renewing;

        Assert.Null(session);
        Assert.Equal(0, await field.ScalarAsync<int>("SELECT num_nonnulls(sealed_access, sealed_refresh) FROM credential WHERE id = @id", new { id = await shop.CredentialAsync() }));
    }

    [Fact]
    public async Task An_attempt_of_a_worker_that_died_is_told_as_interrupted_and_an_old_code_is_erased()
    {
        var (taken, waiting) = (await field.AddAsync(), await field.AddAsync());
        var program = field.Program();
        var store = program.GetRequiredService<ConnectStore>();
        await InsertAsync(taken);
        Assert.Single(await store.TakeAsync(10, CancellationToken.None));
        await InsertAsync(waiting);
        await field.ExecuteAsync("UPDATE connect_attempt SET lease_until = now() - interval '1 s' WHERE step = 'working'");
        await field.ExecuteAsync("UPDATE connect_attempt SET returned_at = now() - interval '6 minutes' WHERE step = 'returned'");

        await store.SweepAsync(CancellationToken.None);

        Assert.Equal("connect_interrupted", await LastAsync(taken));
        Assert.Equal("connect_interrupted", await LastAsync(waiting));
        Assert.Equal(0, await field.CountAsync("connect_attempt WHERE code IS NOT NULL"));
    }

    internal static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; !await isSo(); i++)
        {
            Assert.True(i < 600, "It never came true.");
            await Task.Delay(100);
        }
    }

    private Task<int> InsertAsync(ConsentShop shop) => field.ExecuteAsync(
        """
        INSERT INTO connect_attempt (kind, state_hash, session_id, person_id, person, keeper, origin, account_id, producer_id, marketplace, step, returned_at, code)
        VALUES ('connect', sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), 1, 'x', 'staff', 'x', @Account, @Producer, 'shopee', 'returned', now(), 'c')
        """,
        new { shop.Account, shop.Producer });

    private Task<string?> LastAsync(ConsentShop shop) => field.ScalarAsync<string>(
        "SELECT coalesce(result, step) FROM connect_attempt WHERE account_id = @Account ORDER BY id DESC LIMIT 1", new { shop.Account });

    private Task<string?> TokensAsync(ConsentShop shop) => field.ScalarAsync<string>(
        "SELECT concat_ws(' ', c.id, c.state, c.seal_no, encode(c.sealed_access, 'hex'), encode(c.sealed_refresh, 'hex')) FROM credential c JOIN seller_account a ON a.credential_id = c.id WHERE a.id = @Account",
        new { shop.Account });
}
