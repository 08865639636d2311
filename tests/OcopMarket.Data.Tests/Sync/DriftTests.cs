using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>A difference that somebody made on the platform: sent again, left as it is, or decided by a person, as the operator chose.</summary>
public sealed class DriftTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly DriftPolicy _ours = new(DriftAnswer.Ours, DriftAnswer.Ours, DriftAnswer.Ours);
    private static readonly DriftPolicy _theirs = new(DriftAnswer.Theirs, DriftAnswer.Ask, DriftAnswer.Theirs);

    [Fact]
    public async Task Our_price_is_sent_again_three_times_a_day_and_then_a_person_decides()
    {
        var listing = await OnSaleAsync();
        for (var time = 1; time <= 3; time++)
        {
            await SeeAsync(listing, _ours, i => i with { PriceVnd = 900 });

            Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Price)).State);
            Assert.Equal("live_changing", await ledger.StateAsync(listing));
            await SendAsync();
        }

        await SeeAsync(listing, _ours, i => i with { PriceVnd = 900 });

        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Price)).State);
        Assert.Equal(("needs_attention", "drift"), (await ledger.StateAsync(listing), await IssueAsync(listing)));
    }

    [Fact]
    public async Task What_was_just_sent_may_not_show_yet_and_is_no_difference()
    {
        var listing = await OnSaleAsync();
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 s'");

        await SeeAsync(listing, _ours, i => i with { PriceVnd = 900 });

        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Price)).State);
        Assert.Equal("live_changing", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task An_item_hidden_over_there_is_shown_again_and_one_sold_out_gets_our_stock()
    {
        var listing = await OnSaleAsync();
        await SeeAsync(listing, _ours, i => i with { Status = SeenStatus.Hidden });
        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Stop)).State);
        await SendAsync();

        await SeeAsync(listing, _ours, i => i with { StockUnits = 0 });

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Stock)).State);
        Assert.Equal("waiting", await ledger.StateAsync(listing));
    }

    [Fact]
    public async Task Their_price_is_left_until_we_want_another_and_their_hiding_is_kept()
    {
        var listing = await OnSaleAsync();
        await SeeAsync(listing, _theirs, i => i with { PriceVnd = 900 });
        Assert.Equal(("live", "idle"), (await ledger.StateAsync(listing), (await ledger.TaskAsync(listing, Lane.Price)).State));
        await SeeAsync(listing, _theirs, i => i with { PriceVnd = 800 });
        Assert.Equal(("live", 800m), (await ledger.StateAsync(listing), await ledger.ScalarAsync<decimal>("SELECT accepted_price FROM listing")));

        await SeeAsync(listing, _theirs, i => i with { Status = SeenStatus.Hidden });

        Assert.Equal(("hidden", "idle"), (await ledger.StateAsync(listing), (await ledger.TaskAsync(listing, Lane.Stop)).State));
    }

    [Fact]
    public async Task What_was_left_hidden_is_wanted_again_when_a_person_says_so()
    {
        var listing = await OnSaleAsync();
        await SeeAsync(listing, _theirs, i => i with { Status = SeenStatus.Hidden });
        Assert.True(await ledger.ScalarAsync<bool>("SELECT kept_hidden FROM listing"));

        Assert.Equal([listing], await DecideAsync(Decision.Ours, listing));

        Assert.Equal("due", (await ledger.TaskAsync(listing, Lane.Stop)).State);
        Assert.Equal("on_sale False", await ledger.ScalarAsync<string>("SELECT concat_ws(' ', desired, CASE WHEN kept_hidden THEN 'True' ELSE 'False' END) FROM listing"));
    }

    [Fact]
    public async Task A_price_of_ours_that_was_refused_is_nobody_elses_doing()
    {
        var listing = await OnSaleAsync();
        await ledger.EditAsync(listing, Lane.Price);
        await ledger.HurryAsync();
        var lease = await ledger.ClaimAsync();
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Refused);
        await ledger.FinishAsync(lease);
        await RestAsync();

        await SeeAsync(listing, _ours, i => i with { PriceVnd = 900 });

        Assert.Equal("idle", (await ledger.TaskAsync(listing, Lane.Price)).State);
    }

    [Fact]
    public async Task A_person_keeps_our_price()
    {
        var listing = await DifferentAsync();

        Assert.Equal([listing], await DecideAsync(Decision.Ours, listing));

        Assert.Equal(("due", "live_changing"), ((await ledger.TaskAsync(listing, Lane.Price)).State, await ledger.StateAsync(listing)));
        Assert.Null(await IssueAsync(listing));
        Assert.Equal(
            "ours Lan asked by telephone",
            await ledger.ScalarAsync<string>("SELECT concat_ws(' ', what, how, raw) FROM listing_event WHERE kind = 'decided'"));
        Assert.Empty(await DecideAsync(Decision.Ours, listing));
    }

    [Fact]
    public async Task A_person_leaves_their_price_but_no_stock_is_theirs()
    {
        var listing = await DifferentAsync();
        Assert.Equal([listing], await DecideAsync(Decision.Theirs, listing));
        Assert.Equal(("live", "idle"), (await ledger.StateAsync(listing), (await ledger.TaskAsync(listing, Lane.Price)).State));

        await SeeAsync(listing, DriftPolicy.AskAlways, i => i with { StockUnits = 0 });

        Assert.Equal("drift", await IssueAsync(listing));
        Assert.Empty(await DecideAsync(Decision.Theirs, listing));
        Assert.Equal("drift", await IssueAsync(listing));
    }

    [Fact]
    public async Task Prices_that_differ_since_a_return_to_a_backup_are_known_and_no_others()
    {
        var listing = await DifferentAsync();
        Assert.Empty(await SinceRestoreAsync());

        await ledger.ExecuteAsync("UPDATE seller_account SET epoch = extract(epoch FROM now())::bigint - 600");
        Assert.Equal([listing], await SinceRestoreAsync());

        await ledger.ExecuteAsync("UPDATE listing_issue SET opened_at = now() - interval '11 minutes'");
        Assert.Empty(await SinceRestoreAsync());
        await ledger.ExecuteAsync("UPDATE listing_issue SET opened_at = now()");
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '9 minutes'");
        Assert.Empty(await SinceRestoreAsync());
        await ledger.ExecuteAsync("UPDATE listing SET submitted_at = NULL");
        Assert.Equal([listing], await SinceRestoreAsync());

        await ledger.ExecuteAsync("UPDATE listing_issue SET fields = '{state}'");
        Assert.Empty(await SinceRestoreAsync());
    }

    [Fact]
    public async Task What_was_set_aside_is_tried_again_and_a_create_is_looked_up_first()
    {
        var listing = await OnSaleAsync();
        await ledger.EditAsync(listing, Lane.Content);
        await ledger.ExecuteAsync("UPDATE listing_task SET state = 'dead', crashes_alone = 3 WHERE lane IN ('content', 'create')");
        await ledger.ReconcileAsync(listing);
        Assert.Equal(("failed", "quarantined"), (await ledger.StateAsync(listing), await IssueAsync(listing)));

        Assert.Equal([listing], await DecideAsync(Decision.Replayed, listing));

        Assert.Equal(
            ("due", "unknown"), ((await ledger.TaskAsync(listing, Lane.Content)).State, (await ledger.TaskAsync(listing, Lane.Create)).State));
        Assert.Null(await IssueAsync(listing));
        Assert.Equal(listing, (await ledger.Queue.WorkAsync((await ledger.ClaimAsync()).AccountId, 10, CancellationToken.None)).Single().ListingId);
    }

    private async Task<long> OnSaleAsync()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await RestAsync();
        await SeeAsync(listing, DriftPolicy.AskAlways, i => i);
        Assert.Equal("live", await ledger.StateAsync(listing));
        return listing;
    }

    private async Task<long> DifferentAsync()
    {
        var listing = await OnSaleAsync();
        await SeeAsync(listing, DriftPolicy.AskAlways, i => i with { PriceVnd = 900 });
        Assert.Equal(("needs_attention", "drift"), (await ledger.StateAsync(listing), await IssueAsync(listing)));
        return listing;
    }

    private async Task SendAsync()
    {
        await ledger.HurryAsync();
        await ledger.CreateAsync();
        await RestAsync();
    }

    /// <summary>What was sent was sent long ago, and the last look a moment ago.</summary>
    private Task RestAsync() => ledger.ExecuteAsync("UPDATE listing SET submitted_at = now() - interval '1 hour', seen_at = seen_at - interval '1 s'");

    private async Task SeeAsync(long listing, DriftPolicy policy, Func<SeenItem, SeenItem> change) =>
        await new ListingObservation(ledger.DataSource, LedgerFixture.ReconcilerWith(policy)).RecordAsync(
            [new(listing, change(LedgerFixture.Item(listing, SeenStatus.Live)), [])], KnownBy.Api,
            await ledger.Reads.ClockAsync(CancellationToken.None), CancellationToken.None);

    private Task<IReadOnlyList<long>> DecideAsync(Decision decision, long listing) =>
        new StaffDecisions(ledger.DataSource, ledger.Reconciler).DecideAsync(decision, [listing], new("Lan", "test"), "asked by telephone", CancellationToken.None);

    private Task<IReadOnlyList<long>> SinceRestoreAsync() => StaffDecisions.SinceRestoreAsync(ledger.DataSource, CancellationToken.None);

    private Task<string?> IssueAsync(long listing) => ledger.ScalarAsync<string>(
        "SELECT string_agg(code, ',') FROM listing_issue WHERE listing_id = @listing AND closed_at IS NULL", new { listing });
}
