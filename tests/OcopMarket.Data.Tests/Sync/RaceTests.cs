using Dapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>Many hands at once on the same rows: nobody waits in a circle, nothing sleeps for ever, counters stay true.</summary>
public sealed class RaceTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly TimeSpan _span = TimeSpan.FromSeconds(4);
    private readonly WebhookReceipts _receipts = new(new PortalDatabase(ledger.WebSource));

    [Fact]
    public async Task A_task_that_is_about_to_appear_when_its_queue_is_given_back_is_not_forgotten()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.ExecuteAsync("UPDATE account_queue SET next_at = now()");

        await ledger.EditWhileFinishingAsync(listing, Lane.Price, await ledger.ClaimAsync());

        Assert.Single(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None)); // awake without any sweep
    }

    [Fact]
    public async Task Tasks_that_appear_at_any_moment_of_giving_back_are_not_forgotten()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        var edits = 0;
        for (var round = 0; round < 60; round++)
        {
            await ledger.ExecuteAsync("UPDATE account_queue SET next_at = now()");
            var lease = await ledger.ClaimAsync();
            await Task.WhenAll(EditAsync(), ledger.FinishAsync(lease));
            lease = Assert.Single(await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None)); // awake without any sweep
            await ledger.EndAsync(await ledger.CallAsync(lease));
            await ledger.FinishAsync(lease);
        }

        Assert.Equal(1 + edits, (await ledger.TaskAsync(listing, Lane.Price)).Sent);

        async Task EditAsync()
        {
            await ledger.EditAsync(listing, Lane.Price);
            edits++;
        }
    }

    [Fact]
    public async Task Planner_observation_task_ends_and_account_checks_never_wait_in_a_circle()
    {
        var listings = await ledger.BeginAsync(shops: 4, each: 12);
        using var stop = new CancellationTokenSource(_span);
        var hands = new List<Task>();
        for (var seed = 0; seed < 2; seed++)
        {
            var random = new Random(seed);
            hands.Add(RepeatAsync(() => ledger.ReconcileAsync(Some(random, listings)), stop.Token));
            hands.Add(RepeatAsync(() => ledger.EditAsync(listings[random.Next(listings.Length)], Lane.Price), stop.Token));
            hands.Add(RepeatAsync(() => SeeAsync(random, Some(random, listings)), stop.Token));
            hands.Add(RepeatAsync(() => WorkAsync(random), stop.Token));
            hands.Add(RepeatAsync(() => CheckAsync(1 + random.Next(4), random), stop.Token));
        }

        var hints = new Random(7);
        hands.Add(RepeatAsync(() => ledger.Queue.SweepAsync(CancellationToken.None), stop.Token));
        hands.Add(RepeatAsync(() => ledger.Sweep.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromDays(hints.Next(2)), 50, CancellationToken.None), stop.Token));
        hands.Add(RepeatAsync(() => HintAsync(Some(hints, listings)), stop.Token));

        await Task.WhenAll(hands);

        await ledger.AssertCountersAsync();
        Assert.Equal(0, await ledger.ScalarAsync<long>(
            """
            SELECT count(*) FROM listing WHERE state NOT IN ('off', 'live', 'live_changing', 'hidden', 'removed')
              AND (owner = 'nobody' OR due_at IS NULL)
            """));
    }

    [Fact]
    public async Task Statements_of_one_transaction_that_move_several_counters_do_not_lock_each_other_out()
    {
        // What a composition does: shops given, listings added, standings stored, each a statement of its own.
        var listings = await ledger.BeginAsync(shops: 2, each: 6);
        using var stop = new CancellationTokenSource(_span);
        string[] states = ["off", "blocked", "waiting", "live"];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(hand =>
        {
            var random = new Random(hand);
            var own = listings.Where((_, i) => i % 4 == hand).ToArray();
            return RepeatAsync(async () =>
            {
                await using var connection = await ledger.DataSource.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                for (var step = 0; step < 3; step++)
                {
                    await connection.ExecuteAsync(
                        "UPDATE listing SET state = @state WHERE id = @id",
                        new { state = states[random.Next(states.Length)], id = own[random.Next(own.Length)] }, transaction);
                }

                await transaction.CommitAsync();
            }, stop.Token);
        }));

        await ledger.AssertCountersAsync();
    }

    private async Task HintAsync(long[] listings)
    {
        await _receipts.KeepAsync(
            new("postmart", Guid.NewGuid().ToString("N"), [.. listings.Select(l => new WebhookHint($"S{1 + ((l - 1) / 12)}", $"OC-{l}", null))]),
            new(1_000_000_000, 1_000_000_000), new(2026, 12, 1), CancellationToken.None);
        await new StatusReads(ledger.DataSource).MatchAsync(50, CancellationToken.None);
    }

    private static async Task RepeatAsync(Func<Task> step, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await step();
        }
    }

    private static long[] Some(Random random, long[] listings) =>
        [.. listings.OrderBy(_ => random.Next()).Take(8)];

    private async Task SeeAsync(Random random, long[] listings)
    {
        var at = await ledger.Reads.ClockAsync(CancellationToken.None);
        await ledger.Observation.RecordAsync(
            [.. listings.Select(l => new Sighting(l, LedgerFixture.Item(l, (SeenStatus)random.Next(9)), []))], KnownBy.Api, at,
            CancellationToken.None);
    }

    private async Task WorkAsync(Random random)
    {
        foreach (var lease in await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None))
        {
            if (lease.Abandoned)
            {
                await ledger.Queue.RecoverAsync(lease, TimeSpan.Zero, CancellationToken.None);
            }

            var work = await ledger.Queue.WorkAsync(lease.AccountId, 20, CancellationToken.None);
            await ledger.Queue.ResolveAsync(lease, [.. work.Where(w => w.Unknown).Select(w => new LookUpAnswer(w, null, [], TimeSpan.Zero))], CancellationToken.None);
            foreach (var batch in work.Where(w => !w.Unknown).GroupBy(w => w.Kind))
            {
                if (await ledger.Queue.BeginAsync(lease, [.. batch], true, CancellationToken.None) is { Count: > 0 } attempts)
                {
                    await ledger.EndAsync(
                        new(lease, [.. batch.Where(w => attempts.ContainsKey(w.TaskId))], attempts),
                        random.Next(3) == 0 ? TaskOutcome.Unknown : TaskOutcome.Accepted);
                }
            }

            await ledger.FinishAsync(lease);
        }
    }

    private Task CheckAsync(long account, Random random) => ledger.Accounts.RecordCheckAsync(
        account, new(random.Next(4) == 0 ? AccountState.Suspended : AccountState.Active, "raw", null, null, true, 3, null), null,
        TimeSpan.FromDays(1), CancellationToken.None);
}
