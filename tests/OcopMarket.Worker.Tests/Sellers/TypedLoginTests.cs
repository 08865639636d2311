using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>What workers make of a login that a shop's owner typed: exchanged for a token once, and forgotten.</summary>
public sealed class TypedLoginTests(TypedLoginFixture field) : IClassFixture<TypedLoginFixture>
{
    private const string Untouched = "registered t t f"; // no login at all

    [Fact]
    public async Task A_login_becomes_a_token_its_end_is_known_and_nothing_of_the_password_stays()
    {
        var shop = await field.AddAsync();

        Assert.Null(await shop.TypeAsync());

        Assert.Equal("registered f shop active producer t t", await shop.StandingAsync());
        Assert.Equal("active", await shop.CheckAsync());
        Assert.Equal(0, await field.CountAsync("connect_attempt WHERE typed IS NOT NULL"));
        Assert.Equal(
            "credential.save person/7", await field.ScalarAsync<string>("SELECT string_agg(action || ' ' || actor, ', ') FROM audit WHERE producer_id = @Producer", new { shop.Producer }));
        Assert.Equal(30, await field.ScalarAsync<int>(
            "SELECT round(extract(epoch FROM consent_until - now()) / 86400)::int FROM credential WHERE id = (SELECT credential_id FROM seller_account WHERE id = @Account)", new { shop.Account }));
        foreach (var table in await field.QueryAsync<string>("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
        {
            Assert.Equal(0, await field.CountAsync($"{table} t WHERE position('{shop.Password}' IN t::text) > 0"));
        }
    }

    [Fact]
    public async Task A_wrong_password_a_dead_platform_and_a_locked_shop_are_told_apart_and_change_nothing()
    {
        var shop = await field.AddAsync();
        Assert.Equal("login_refused", await shop.TypeAsync(password: "sai mật khẩu"));

        await field.PostAsync("faults", new() { ["call"] = "*", ["kind"] = "serverErrorBefore", ["count"] = 5 });
        Assert.Equal("login_no_answer", await shop.TypeAsync());
        await field.MendAsync();

        Assert.Equal(Untouched, await shop.StandingAsync());
        Assert.Equal(0, await field.CountAsync($"credential WHERE login = '{shop.External}'"));
        Assert.Null(await shop.TypeAsync());
    }

    [Fact]
    public async Task The_login_of_another_shop_is_refused_and_the_former_one_stays()
    {
        var shop = await field.AddAsync();
        var other = await field.AddAsync();
        Assert.Null(await shop.TypeAsync());
        var before = await TokenAsync(shop);

        Assert.Equal("login_other_shop", await shop.TypeAsync(other.User, other.Password));

        Assert.Equal(before, await TokenAsync(shop));
        Assert.Equal(Untouched, await other.StandingAsync());
        Assert.Null(await shop.TypeAsync());
        Assert.NotEqual(before, await TokenAsync(shop));
    }

    [Fact]
    public async Task A_box_opens_for_the_shop_and_person_it_was_sealed_for_alone()
    {
        var shop = await field.AddAsync();
        var other = await field.AddAsync();

        Assert.Equal("login_interrupted", await other.TypeAsync(shop.User, shop.Password, sealedFor: shop.Account));

        var id = await shop.HandOnAsync();
        await field.ExecuteAsync("UPDATE connect_attempt SET person_id = 8 WHERE id = @id", new { id });
        await shop.EndAsync();
        Assert.Equal("login_interrupted", await shop.ResultAsync(id));
        Assert.Equal(Untouched, await shop.StandingAsync());
    }

    [Fact]
    public async Task A_disconnection_that_was_wished_later_holds()
    {
        var shop = await field.AddAsync();
        Assert.Null(await shop.TypeAsync());
        var store = field.Program.GetRequiredService<ConnectStore>();
        var id = await shop.HandOnAsync();
        var taken = await store.TakeAsync(10, CancellationToken.None);

        Assert.True(await store.DisconnectAsync(
            (await field.Program.GetRequiredService<AccountStore>().FindAsync(shop.Account, CancellationToken.None))!, new("Lan", "test"), "thử", CancellationToken.None));
        foreach (var attempt in taken)
        {
            await field.Program.GetRequiredService<ShopConnecting>().EndAsync(attempt, CancellationToken.None);
        }

        Assert.Equal("login_interrupted", await shop.ResultAsync(id));
        Assert.Equal("reauth_needed f shop refused producer t f", await shop.StandingAsync());
    }

    [Fact]
    public async Task What_a_dead_worker_had_taken_is_typed_again_and_what_nobody_takes_is_erased()
    {
        var shop = await field.AddAsync();
        var store = field.Program.GetRequiredService<ConnectStore>();
        var id = await shop.HandOnAsync();
        await store.TakeAsync(10, CancellationToken.None);
        await field.ExecuteAsync("UPDATE connect_attempt SET lease_until = now() - interval '1 s' WHERE id = @id", new { id });
        await store.SweepAsync(CancellationToken.None);
        Assert.Equal("login_interrupted", await shop.ResultAsync(id));

        id = await shop.HandOnAsync();
        await field.ExecuteAsync("UPDATE connect_attempt SET returned_at = now() - interval '6 minutes' WHERE id = @id", new { id });
        await store.SweepAsync(CancellationToken.None);
        Assert.Equal("login_interrupted", await shop.ResultAsync(id));
        Assert.Equal(0, await field.CountAsync("connect_attempt WHERE typed IS NOT NULL"));
    }

    [Fact]
    public async Task A_key_seals_for_a_day_and_what_it_sealed_opens_for_nobody_once_it_is_gone()
    {
        var shop = await field.AddAsync();
        var keys = field.Program.GetRequiredService<IntakeKeys>();
        await keys.EnsureAsync(CancellationToken.None);
        var before = await field.CountAsync("intake_key");
        await keys.EnsureAsync(CancellationToken.None);
        Assert.Equal(before, await field.CountAsync("intake_key"));

        var late = await shop.HandOnAsync();
        await field.ExecuteAsync("UPDATE intake_key SET made_at = now() - interval '1 day 20 minutes'");
        await keys.EnsureAsync(CancellationToken.None);
        Assert.Equal(1, await field.CountAsync("intake_key"));
        await shop.EndAsync();
        Assert.Equal("login_interrupted", await shop.ResultAsync(late));

        // Keys of another installation, as after a restore with another key file: a new one is made, and the portal seals for that.
        var foreign = SealedBox.NewPair();
        await field.ExecuteAsync("INSERT INTO intake_key (public_key, wrapped, wrapper, kek_version) VALUES (@Public, @Private, 'file', 9)", new { foreign.Public, foreign.Private });
        await keys.EnsureAsync(CancellationToken.None);
        Assert.Null(await shop.TypeAsync());
    }

    [Fact]
    public async Task Before_the_token_ends_its_owner_is_told_to_type_it_again()
    {
        var shop = await field.AddAsync();
        Assert.Null(await shop.TypeAsync());
        await field.ExecuteAsync(
            """
            UPDATE credential SET access_at = access_at - interval '17 days', consent_until = consent_until - interval '17 days'
            WHERE id = (SELECT credential_id FROM seller_account WHERE id = @Account)
            """,
            new { shop.Account });

        await field.Program.GetRequiredService<ConsentWarnings>().WarnAsync(CancellationToken.None);

        Assert.Equal("consent_ends producer 14", await field.ScalarAsync<string>(
            "SELECT code || ' ' || owner || ' ' || args[2] FROM account_issue WHERE account_id = @Account AND closed_at IS NULL", new { shop.Account }));
        Assert.Null(await shop.TypeAsync());
        Assert.Equal(0, await field.CountAsync($"account_issue WHERE account_id = {shop.Account} AND closed_at IS NULL"));
    }

    [Fact]
    public void A_box_that_was_changed_cut_or_sealed_for_another_does_not_open()
    {
        var (own, point) = SealedBox.NewPair();
        var box = SealedBox.Seal(point, "mật khẩu"u8, "a");
        Assert.Equal("mật khẩu"u8.ToArray(), SealedBox.Open(own, point, box, "a"));
        Assert.NotEqual(box, SealedBox.Seal(point, "mật khẩu"u8, "a"));
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(own, point, box, "b"));
        var (other, another) = SealedBox.NewPair();
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(other, another, box, "a"));
        for (var i = 0; i < box.Length; i += 7)
        {
            byte[] changed = [.. box];
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(own, point, changed, "a"));
            Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(own, point, box.AsSpan(0, i), "a"));
        }

        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Seal(new byte[SealedBox.PointBytes], "x"u8, "a"));
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Seal([4, .. new byte[64]], "x"u8, "a"));
    }

    private Task<string?> TokenAsync(TypedShop shop) => field.ScalarAsync<string>(
        "SELECT encode(sealed_access, 'hex') FROM credential WHERE id = (SELECT credential_id FROM seller_account WHERE id = @Account)", new { shop.Account });
}
