using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>The item of a product that is gone is hidden at once and deleted only after a time of grace.</summary>
public sealed class GraceTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private ListingSweep Sweep => new(ledger.DataSource, ledger.Reconciler, TimeSpan.FromDays(7));

    [Fact]
    public async Task It_is_hidden_first_and_deleted_when_the_grace_is_over()
    {
        var listing = await GoneAsync();
        Assert.Equal(ChangeKind.Hide, await NextAsync());
        await HiddenAsync(listing);
        Assert.Equal("hidden", await ledger.StateAsync(listing));
        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None));

        await ledger.ExecuteAsync("UPDATE listing SET desired_at = now() - interval '8 days'");

        Assert.Equal(1, await Sweep.DeleteAsync(10, CancellationToken.None));
        Assert.Equal("stopping", await ledger.StateAsync(listing));
        Assert.Equal(ChangeKind.Delete, await NextAsync());
        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task What_cannot_be_hidden_is_deleted_at_once()
    {
        var listing = await GoneAsync();
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        var refusal = new IssueFinding("invalid_status", Severity.Blocking, Party.Staff, ["state"], []);
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Refused, refusal);
        await ledger.FinishAsync(lease);

        Assert.Equal("stopping", await ledger.StateAsync(listing));
        Assert.Equal(ChangeKind.Delete, await NextAsync());
        Assert.Equal(0, await ledger.CountAsync("listing_issue WHERE closed_at IS NULL"));
    }

    [Fact]
    public async Task What_is_still_on_sale_over_there_is_not_called_hidden_and_not_deleted_unseen()
    {
        var listing = await GoneAsync();
        await ledger.ExecuteAsync("UPDATE listing SET desired_at = now() - interval '8 days'");

        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None));
        Assert.Equal("stopping", await ledger.StateAsync(listing));
    }

    private async Task<long> GoneAsync()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 hour'");
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.ExecuteAsync("UPDATE listing SET desired = 'gone', desired_at = now()");
        await ledger.EditAsync(listing, Lane.Stop);
        return listing;
    }

    /// <returns>The kind of the call that was made and accepted.</returns>
    private async Task<ChangeKind> NextAsync()
    {
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        var call = await ledger.CallAsync(lease);
        await ledger.EndAsync(call);
        await ledger.FinishAsync(lease);
        return call.Work.Single().Kind;
    }

    private async Task HiddenAsync(long listing)
    {
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 hour'");
        await ledger.SeeAsync(listing, SeenStatus.Hidden);
    }
}
