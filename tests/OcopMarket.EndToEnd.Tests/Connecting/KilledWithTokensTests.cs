#if OCOP_SABOTAGE
using OcopMarket.Core;

namespace OcopMarket.EndToEnd.Tests.Connecting;

/// <summary>Failure row 26: a worker that dies with tokens in its hands that exist nowhere else.</summary>
public sealed class KilledWithTokensTests(ConnectApp app) : IClassFixture<ConnectApp>
{
    private const int Killed = 128 + 9;

    [Fact]
    public async Task Tokens_that_died_with_a_worker_end_as_connect_again_with_an_owner_and_a_day_and_never_as_silent_tries()
    {
        // Between exchange and save: the attempt is told as interrupted, and a second one connects.
        var lost = await app.HandOnAsync();
        await DieAsync(KillPoint.AfterExchange);
        Assert.Equal(0, await app.CountAsync("credential WHERE scope = 'shop'"));
        await app.ExecuteAsync("UPDATE connect_attempt SET lease_until = now() WHERE id = @lost", new { lost });
        await app.HandOnAsync();
        await using (var heir = app.StartWorker())
        {
            await app.UntilAsync("(SELECT state = 'active' FROM seller_account WHERE id = 1)", heir);
            Assert.Equal("connect_interrupted", await app.ScalarAsync<string>("SELECT result FROM connect_attempt WHERE id = @lost", new { lost }));
            await heir.KillAsync();
        }

        // Between renewal and save: the refresh token is used up and the new one is lost.
        await app.ExecuteAsync("UPDATE credential SET refresh_due_at = now() WHERE scope = 'shop'");
        await DieAsync(KillPoint.AfterRefresh);
        Assert.True(await app.ScalarAsync<bool>("SELECT refresh_begun_at IS NOT NULL FROM credential WHERE scope = 'shop'"));
        await app.ExecuteAsync("UPDATE credential SET refresh_lease_until = now() WHERE scope = 'shop'");
        await using var last = app.StartWorker();
        await app.UntilAsync("EXISTS (SELECT FROM account_issue WHERE code = 'shop_reauth' AND owner = 'staff' AND due_at > now() AND closed_at IS NULL)", last);
        await app.UntilAsync("(SELECT state = 'reauth_needed' FROM seller_account WHERE id = 1)", last);
        var calls = await app.CallsAsync("refresh");
        await app.ExecuteAsync("UPDATE seller_account SET next_check_at = now() WHERE id = 1");
        await app.UntilAsync("(SELECT next_check_at > now() + interval '1 minute' FROM seller_account WHERE id = 1)", last);

        Assert.Equal((2, 2), (calls, await app.CallsAsync("refresh")));
    }

    private async Task DieAsync(string point)
    {
        await using var victim = app.StartWorker(point);
        var end = await victim.EndAsync();
        Assert.True(end.Code == Killed, $"It did not die at {point} but ended with {end.Code}: {end.Errors}");
    }
}
#endif
