using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>Failure rows 24 to 28: refresh tokens that work once.</summary>
public sealed class RenewalTests(ConsentFixture field) : IClassFixture<ConsentFixture>
{
    [Fact]
    public async Task Twenty_workers_who_need_a_token_at_once_ask_for_it_once()
    {
        var shop = await field.AddConnectedAsync();
        await shop.ExpireAsync();
        var programs = Enumerable.Range(0, 20).Select(_ => field.Program()).ToList();

        var sessions = await Task.WhenAll(programs.Select(shop.OpenAsync));

        Assert.Equal(1, await field.CallsAsync("refresh", shop.External));
        Assert.Single(sessions.Select(s => s!.AccessToken.Reveal()).Distinct());
        Assert.Equal("active", (await shop.CheckAsync()).Code);
    }

    [Fact]
    public async Task Each_renewal_uses_the_token_that_the_one_before_brought()
    {
        var shop = await field.AddConnectedAsync();
        for (var i = 1; i <= 3; i++)
        {
            await shop.ExpireAsync();
            Assert.NotNull(await shop.OpenAsync(field.Program()));
            Assert.Equal(i, await field.CallsAsync("refresh", shop.External));
        }
    }

    [Fact]
    public async Task A_token_whose_answer_was_lost_ends_as_connect_again_with_an_owner_and_a_day_and_is_not_asked_for_ever()
    {
        var shop = await field.AddConnectedAsync();
        await shop.ExpireAsync();
        await field.PostAsync("faults", new() { ["call"] = "refresh", ["kind"] = "droppedAfter", ["count"] = 1, ["shop"] = shop.External });
        var program = field.Program();

        var lost = await Assert.ThrowsAsync<MarketplaceException>(() => shop.OpenAsync(program));
        Assert.Equal(FailureKind.Ambiguous, lost.Kind);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await shop.OpenAsync(program));
        }

        Assert.Equal(2, await field.CallsAsync("refresh", shop.External));
        Assert.Equal("shop_reauth producer", await shop.IssuesAsync());
        Assert.InRange(
            await field.ScalarAsync<double>("SELECT extract(epoch FROM due_at - now()) / 86400 FROM account_issue WHERE account_id = @Account", new { shop.Account }), 6.9, 7);
        Assert.Equal("reauth_needed", (await shop.CheckAsync()).Code);
        Assert.Equal("reauth_needed", await shop.StateAsync());

        Assert.Null(await shop.ConnectAsync());
        Assert.Equal("", await shop.IssuesAsync());
        Assert.Equal("active", (await shop.CheckAsync()).Code);
    }

    [Fact]
    public async Task A_token_that_the_platform_may_not_have_taken_is_tried_once_more_and_works()
    {
        var shop = await field.AddConnectedAsync();
        await shop.ExpireAsync();
        await field.PostAsync("faults", new() { ["call"] = "refresh", ["kind"] = "droppedBefore", ["count"] = 1, ["shop"] = shop.External });
        var program = field.Program();

        await Assert.ThrowsAsync<MarketplaceException>(() => shop.OpenAsync(program));

        Assert.NotNull(await shop.OpenAsync(program));
        Assert.Equal("", await shop.IssuesAsync());
    }

    [Fact]
    public async Task A_worker_that_wakes_after_its_lease_writes_nothing()
    {
        var shop = await field.AddConnectedAsync();
        var program = field.Program();
        var tokens = program.GetRequiredService<ConsentTokens>();
        var zombie = (await tokens.TryBeginAsync(await shop.RowAsync(), CancellationToken.None))!;
        Assert.Null(await tokens.TryBeginAsync(await shop.RowAsync(), CancellationToken.None)); // one at a time
        await field.ExecuteAsync("UPDATE credential SET refresh_lease_until = now() - interval '1 s' WHERE id = @Id", new { zombie.Row.Id });
        await shop.ExpireAsync();
        var heir = (await shop.OpenAsync(program))!.AccessToken.Reveal();

        Assert.False(await tokens.SaveAsync(zombie, zombie.Token, new(shop.External, new("a-token-of-the-dead"), TimeSpan.FromHours(4), new("r")), CancellationToken.None));
        await tokens.RefuseAsync(zombie, "error_shop_refresh_token", CancellationToken.None);
        await tokens.PostponeAsync(zombie, untouched: true, TimeSpan.FromDays(9), CancellationToken.None);

        Assert.Equal(heir, (await shop.OpenAsync(program))!.AccessToken.Reveal());
        Assert.Equal("", await shop.IssuesAsync());
        Assert.Equal(0, await field.CountAsync($"credential WHERE id = {zombie.Row.Id} AND (state <> 'active' OR refresh_due_at > now() + interval '1 day')"));
    }

    [Fact]
    public async Task A_seller_who_takes_the_consent_back_stops_it_at_the_first_proof()
    {
        var shop = await field.AddConnectedAsync();
        await field.PostAsync("shops", new() { ["name"] = "x", ["phone"] = shop.Phone, ["state"] = "closed" });
        var program = field.Program();

        Assert.Equal("reauth_needed", (await shop.CheckAsync(program)).Code);
        var calls = await field.CallsAsync("refresh", shop.External) + await field.CallsAsync("shop", shop.External);
        Assert.Equal("reauth_needed", (await shop.CheckAsync(program)).Code);

        Assert.Equal(calls, await field.CallsAsync("refresh", shop.External) + await field.CallsAsync("shop", shop.External));
        Assert.Equal("shop_reauth producer", await shop.IssuesAsync());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task A_worker_whose_clock_is_wrong_neither_wastes_a_token_nor_loses_the_shop(int hours)
    {
        var shop = await field.AddConnectedAsync();
        var wrong = field.Program(new Shifted(TimeSpan.FromHours(hours)));

        Assert.NotNull(await shop.OpenAsync(wrong)); // by the database's clock it has hours to live
        await field.ExecuteAsync(
            "UPDATE credential SET access_expires_at = now() + interval '1 minute' WHERE id = (SELECT credential_id FROM seller_account WHERE id = @Account)", new { shop.Account });
        var refused = await Assert.ThrowsAsync<MarketplaceException>(() => shop.OpenAsync(wrong)); // the platform does not take its signature

        Assert.Equal(FailureKind.Misconfigured, refused.Kind);
        Assert.Equal("", await shop.IssuesAsync());
        Assert.NotNull(await shop.OpenAsync(field.Program()));
        Assert.Equal(2, await field.CallsAsync("refresh", shop.External));
    }

    [Fact]
    public async Task Tokens_of_one_day_do_not_come_due_together()
    {
        for (var i = 0; i < 8; i++)
        {
            await field.AddConnectedAsync();
        }

        var due = await field.QueryAsync<double>("SELECT round(extract(epoch FROM refresh_due_at - access_at)) FROM credential WHERE refresh_due_at IS NOT NULL");

        Assert.True(due.Distinct().Count() > due.Count / 2, string.Join(' ', due));
        Assert.All(due, d => Assert.InRange(d / 14400, 0.59, 0.81));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_without_anybody_asking_for_it()
    {
        var shop = await field.AddConnectedAsync();
        var program = field.Program();
        await field.ExecuteAsync("UPDATE credential SET refresh_due_at = now() WHERE id = @id", new { id = await shop.CredentialAsync() });

        var due = await program.GetRequiredService<ConsentTokens>().DueAsync(100, CancellationToken.None);
        Assert.Contains(await shop.CredentialAsync(), due);
        await program.GetRequiredService<SellerSessions>().RenewEarlyAsync(await shop.CredentialAsync(), CancellationToken.None);

        Assert.Equal(1, await field.CallsAsync("refresh", shop.External));
        Assert.DoesNotContain(await shop.CredentialAsync(), await program.GetRequiredService<ConsentTokens>().DueAsync(100, CancellationToken.None));
    }

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
