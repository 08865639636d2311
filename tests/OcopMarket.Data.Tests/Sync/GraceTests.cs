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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_cannot_be_hidden_is_deleted_only_if_it_never_was_on_sale(bool wasOnSale)
    {
        var listing = await GoneAsync(wasOnSale ? SeenStatus.Live : SeenStatus.InReview);
        await RefuseAsync();
        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None)); // not read since

        await ReadAsync(listing, SeenStatus.InReview);

        Assert.Equal(wasOnSale ? 0 : 1, await Sweep.DeleteAsync(10, CancellationToken.None));
        Assert.Equal(wasOnSale ? "needs_attention" : "stopping", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task A_hide_refused_because_it_is_hidden_already_is_no_refusal()
    {
        var listing = await GoneAsync();
        await RefuseAsync();

        await HiddenAsync(listing);

        Assert.Equal("hidden", await ledger.StateAsync(listing));
        Assert.Equal(0, await ledger.CountAsync("listing_issue WHERE closed_at IS NULL"));
        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_shown_again_over_there_is_hidden_again_three_times_and_then_goes_to_staff()
    {
        var listing = await GoneAsync();
        for (var time = 0; time <= 3; time++)
        {
            Assert.Equal(ChangeKind.Hide, await NextAsync());
            await HiddenAsync(listing);
            Assert.Equal("hidden", await ledger.StateAsync(listing));
            await ReadAsync(listing, SeenStatus.Live);
        }

        Assert.Equal("needs_attention", await ledger.StateAsync(listing));
        Assert.Equal("drift", await ledger.ScalarAsync<string>("SELECT code FROM listing_issue WHERE closed_at IS NULL"));
        var decisions = new StaffDecisions(ledger.DataSource, ledger.Reconciler);
        Assert.Equal([listing], await decisions.DecideAsync(Decision.Ours, [listing], new("Lan", "test"), "it must be away", CancellationToken.None));
        Assert.Equal(ChangeKind.Hide, await NextAsync());
    }

    [Fact]
    public async Task A_delete_that_was_loaded_before_the_product_came_back_is_not_sent()
    {
        var listing = await GoneAsync();
        await ledger.ExecuteAsync("UPDATE listing SET delete_due = true");
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        var work = await ledger.Queue.WorkAsync(lease.AccountId, 10, CancellationToken.None);
        Assert.Equal(ChangeKind.Delete, work.Single().Kind);
        await ledger.ExecuteAsync("UPDATE listing SET desired = 'on_sale', delete_due = false");
        await ledger.EditAsync(listing, Lane.Stop);

        Assert.Empty((await ledger.Queue.BeginAsync(lease, work, mayHide: true, CancellationToken.None))!);
    }

    [Fact]
    public async Task What_is_still_on_sale_over_there_is_not_called_hidden_and_not_deleted_unseen()
    {
        var listing = await GoneAsync();
        await ledger.ExecuteAsync("UPDATE listing SET desired_at = now() - interval '8 days'");

        Assert.Equal(0, await Sweep.DeleteAsync(10, CancellationToken.None));
        Assert.Equal("stopping", await ledger.StateAsync(listing));
    }

    private async Task<long> GoneAsync(SeenStatus seen = SeenStatus.Live)
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 hour'");
        await ledger.SeeAsync(listing, seen);
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

    private async Task RefuseAsync()
    {
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        var refusal = new IssueFinding("invalid_status", Severity.Blocking, Party.Staff, ["state"], []);
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Refused, refusal);
        await ledger.FinishAsync(lease);
    }

    private Task HiddenAsync(long listing) => ReadAsync(listing, SeenStatus.Hidden);

    private async Task ReadAsync(long listing, SeenStatus status)
    {
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 hour', seen_at = seen_at - interval '1 s'");
        await ledger.SeeAsync(listing, status);
    }
}
