using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync.Lease;

/// <summary>Plays a sequence of steps against the real tables and a platform in memory, and compares what happens with what the protocol
/// promises: one holder a shop, a lost lease writes nothing, an intent before each call, no create repeated unlooked, no queue asleep over
/// its work, and in the end every wish is at the platform, once.</summary>
internal sealed class LeaseModel
{
    /// <summary>What only the holder may write. A zombie may still learn of an item's id, and the planner then opens and rests tasks.</summary>
    private const string Ledger = """
        SELECT concat_ws(' ', listing_id, lane, v.sent_revision, coalesce(fence, 0), coalesce(crashes, 0), coalesce(crashes_alone, 0), v.last_outcome,
            CASE WHEN v.state IN ('leased', 'unknown', 'dead') THEN v.state ELSE 'rests or due' END)
        FROM listing_lane v LEFT JOIN listing_task t USING (listing_id, lane) WHERE v.sent_revision > 0 OR fence > 0
        UNION ALL SELECT to_jsonb(a)::text FROM listing_attempt a
        UNION ALL SELECT concat_ws(' ', account_id, fence, leased, held_until) FROM account_queue ORDER BY 1
        """;

    private const string Asleep = """
        SELECT count(*) FROM account_queue q
        JOIN (SELECT account_id, min(due_at) AS due_at FROM listing_task WHERE state IN ('due', 'unknown') GROUP BY 1) t USING (account_id)
        WHERE NOT q.leased AND q.next_at > greatest(t.due_at, q.held_until)
        """;

    private readonly LedgerFixture _ledger;
    private readonly long[] _listings;
    private readonly LeasePlatform _platform = new();
    private readonly LeaseWorker[] _workers;
    private readonly Dictionary<long, Holder> _holders = [];
    private readonly Dictionary<long, long> _recovered = [];
    private readonly HashSet<long> _abandoned = [];

    private LeaseModel(LedgerFixture ledger, long[] listings)
    {
        (_ledger, _listings) = (ledger, listings);
        _workers = [.. Enumerable.Range(0, LeaseStep.Workers).Select(_ => new LeaseWorker(ledger, this, _platform))];
    }

    public static async Task PlayAsync(LedgerFixture ledger, IEnumerable<LeaseStep> steps)
    {
        var model = new LeaseModel(ledger, await ledger.BeginAsync(LeaseStep.Shops, LeaseStep.Listings / LeaseStep.Shops));
        foreach (var step in steps)
        {
            await model.StepAsync(step);
            LeaseModelException.ThrowIf(await ledger.ScalarAsync<long>(Asleep) > 0, $"After {step} a queue sleeps over its work.");
        }

        await model.DrainAsync();
    }

    /// <summary>Whether the lease is the youngest of its shop and has not ended.</summary>
    public bool IsHolder(QueueLease lease) => _holders.GetValueOrDefault(lease.AccountId) is { Ended: false } h && h.Fence == lease.Fence;

    public void Claimed(QueueLease lease)
    {
        var before = _holders.GetValueOrDefault(lease.AccountId);
        LeaseModelException.ThrowIf(before is { Ended: false, GivenBack: false }, $"Shop {lease.AccountId} has two holders, {before} and {lease}.");
        LeaseModelException.ThrowIf(before?.Fence >= lease.Fence, $"The fence did not grow from {before} to {lease}.");
        LeaseModelException.ThrowIf(
            _abandoned.Remove(lease.AccountId) != lease.Abandoned, $"{lease} says the wrong thing of the last holder {before}.");
        _holders[lease.AccountId] = new(lease.Fence, Ended: false, GivenBack: false);
        _abandoned.Add(lease.AccountId); // until it is given back in order
    }

    public async Task FinishedAsync(QueueLease lease)
    {
        if (_holders[lease.AccountId].Fence != lease.Fence)
        {
            return;
        }

        _holders[lease.AccountId] = new(lease.Fence, Ended: true, GivenBack: true);
        if (await _ledger.ScalarAsync<long>("SELECT count(*) FROM listing_task WHERE account_id = @AccountId AND state = 'leased'", lease) == 0)
        {
            _abandoned.Remove(lease.AccountId);
        }
    }

    /// <summary>The calls that the last holder left open are the new holder's from now on.</summary>
    public void Recovered(QueueLease lease) => _recovered[lease.AccountId] = Math.Max(lease.Fence, _recovered.GetValueOrDefault(lease.AccountId));

    /// <summary>Ends a call. Until the heir has recovered it, it is still the business of whoever made it.</summary>
    public Task EndAsync(QueueLease lease, Func<Task> write) => WriteAsync(lease, _recovered.GetValueOrDefault(lease.AccountId) > lease.Fence, write);

    /// <summary>Writes with a lease. When another has the shop by now, nothing of the holder's own is any different afterwards.</summary>
    public Task WriteAsync(QueueLease lease, Func<Task> write) => WriteAsync(lease, _holders[lease.AccountId].Fence != lease.Fence, write);

    private async Task WriteAsync(QueueLease lease, bool isStale, Func<Task> write)
    {
        var before = isStale ? await _ledger.QueryAsync<string>(Ledger) : [];
        await write();
        var after = isStale ? await _ledger.QueryAsync<string>(Ledger) : [];
        LeaseModelException.ThrowIf(
            !before.SequenceEqual(after),
            $"{lease} was lost and wrote all the same: {string.Join("; ", before.Except(after))} became {string.Join("; ", after.Except(before))}.");
    }

    public async Task IntentIsThereAsync(Call call)
    {
        var open = await _ledger.ScalarAsync<long>(
            "SELECT count(*) FROM listing_attempt WHERE id = ANY(@ids) AND outcome IS NULL", new { ids = call.Attempts.Values.ToArray() });
        LeaseModelException.ThrowIf(
            call.Attempts.Count == 0 || (IsHolder(call.Lease) && open != call.Work.Count), $"{call.Work.Count} changes go out, {open} are written down.");
    }

    private async Task StepAsync(LeaseStep step)
    {
        var worker = _workers[step.Who];
        Array.ForEach(_workers, w => w.Thaw());
        var listing = _listings[step.What];
        switch (step.Act)
        {
            case LeaseAct.Go when !worker.IsFrozen:
                await worker.GoAsync(step.Luck);
                break;
            case LeaseAct.Turn when !worker.IsFrozen:
                for (var i = 0; i < 10 && (i == 0 || !worker.IsIdle); i++)
                {
                    await worker.GoAsync((step.Luck + i) % 10);
                }

                break;
            case LeaseAct.Go or LeaseAct.Turn:
                break;
            case LeaseAct.Crash:
                worker.Die();
                break;
            case LeaseAct.Freeze when _workers.FirstOrDefault(w => w.Held is not null) is { } busy:
                busy.Freeze(4 + step.Luck);
                await ExpireAsync(busy.Held!.AccountId);
                break;
            case LeaseAct.Freeze:
                break;
            case LeaseAct.Expire:
                await ExpireAsync(1 + (step.Who % LeaseStep.Shops));
                break;
            case LeaseAct.Edit:
                await _ledger.EditAsync(listing, (Lane)(step.Luck % 4));
                break;
            case LeaseAct.Toggle:
                await ToggleAsync(listing);
                break;
            case LeaseAct.EditWhileFinishing when _workers.FirstOrDefault(w => w.Resting is not null) is { } resting:
                await EditWhileFinishingAsync(resting, resting.Resting!, (Lane)(step.Luck % 4));
                break;
            case LeaseAct.EditWhileFinishing:
                break;
            case LeaseAct.Wait:
                _platform.Settle();
                await _ledger.HurryAsync();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step.Act, null);
        }
    }

    private async Task ExpireAsync(long account)
    {
        await _ledger.ExecuteAsync("UPDATE account_queue SET next_at = now() - interval '1 s' WHERE leased AND account_id = @account", new { account });
        if (_holders.TryGetValue(account, out var holder))
        {
            _holders[account] = holder with { Ended = true };
        }
    }

    private async Task ToggleAsync(long listing)
    {
        await _ledger.ExecuteAsync(
            """
            UPDATE listing SET desired = CASE desired WHEN 'on_sale' THEN 'hidden' ELSE 'on_sale' END WHERE id = @listing
            """, new { listing });
        await _ledger.EditAsync(listing, Lane.Stop);
    }

    private async Task EditWhileFinishingAsync(LeaseWorker worker, QueueLease lease, Lane lane)
    {
        var listing = await _ledger.ScalarAsync<long>("SELECT min(id) FROM listing WHERE account_id = @AccountId", lease);
        Task? finishing = null;
        await _ledger.EditAsync(listing, lane, async () =>
        {
            finishing = worker.FinishAsync();
            while (!finishing.IsCompleted && await _ledger.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            {
                await Task.Delay(2);
            }
        });
        await finishing!;
    }

    /// <summary>Everybody dies once more; then all goes well until nothing is left to do.</summary>
    private async Task DrainAsync()
    {
        foreach (var worker in _workers)
        {
            worker.Die();
        }

        const int goesWell = 7;
        var rests = false;
        for (var round = 0; round < 40 && !rests; round++)
        {
            for (var shop = 1; shop <= LeaseStep.Shops; shop++)
            {
                await ExpireAsync(shop);
            }

            await StepAsync(new(LeaseAct.Wait, 0, 0, 0));
            await _workers[0].GoAsync(goesWell);
            rests = _workers[0].IsIdle;
            while (!_workers[0].IsIdle)
            {
                await _workers[0].GoAsync(goesWell);
            }
        }

        LeaseModelException.ThrowIf(!rests, "It never comes to rest.");
        foreach (var row in await _ledger.QueryAsync<WantedRow>(
            """
            SELECT id, content_revision AS content, price_revision AS price, stock_revision AS stock, visibility_revision AS visibility,
                desired = 'hidden' AS hidden,
                EXISTS (SELECT FROM listing_task t WHERE t.listing_id = l.id AND t.state = 'dead' AND t.crashes_alone >= 3) AS aside
            FROM listing l ORDER BY id
            """))
        {
            var items = _platform.Of(row.Id);
            var wanted = new Revisions(row.Content, row.Price, row.Stock, row.Visibility, row.Hidden);
            var isRight = row.Aside || (items.Count == 0 ? row.Hidden : items.Count == 1 && items[0] == wanted);
            LeaseModelException.ThrowIf(!isRight, $"Listing {row.Id} should be {wanted} and the platform has [{string.Join(", ", items)}].");
        }
    }

    private sealed record Holder(long Fence, bool Ended, bool GivenBack);

    private sealed record WantedRow(
        long Id, long Content, long Price, long Stock, long Visibility, bool Hidden, bool Aside);
}
