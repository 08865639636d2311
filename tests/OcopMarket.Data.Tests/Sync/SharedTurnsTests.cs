using Npgsql;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>Shops that one process works on at once: what they write in one transaction stays each shop's own matter.</summary>
public sealed class SharedTurnsTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const int Shops = 8;

    /// <summary>Writes that go at once: so many shops' writes must be held up before the others gather.</summary>
    private const int Lines = 2;
    private readonly TaskQueue _queue = ledger.Queue;

    [Fact]
    public async Task A_lost_lease_among_many_begins_nothing_and_the_others_begin_in_one_transaction()
    {
        var turns = await ClaimAsync();
        await LoseAsync(turns[4]);

        var begun = await HeldUpAsync(turns, t => _queue.BeginAsync(t.Lease, t.Work, true, CancellationToken.None));

        Assert.Equal([4], Enumerable.Range(0, Shops).Where(i => begun[i] is null));
        Assert.Equal(Shops - 1, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing_attempt"));
        Assert.Equal(Lines + 1, await ledger.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM listing_attempt"));
        Assert.Equal(0, await ledger.ScalarAsync<long>(
            "SELECT count(*) FROM listing_task t JOIN listing_attempt a ON a.task_id = t.id WHERE (t.state, t.fence) <> ('leased', a.fence) OR t.account_id <> a.account_id OR NOT a.alone"));
    }

    [Fact]
    public async Task A_call_that_may_not_begin_is_only_its_own_shops_trouble()
    {
        var turns = await ClaimAsync();
        await ledger.ExecuteAsync( // another call of this listing is open
            "INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, state) SELECT id, account_id, producer_id, 'price', 1, 'leased' FROM listing WHERE id = @id",
            new { id = turns[5].Work[0].ListingId });
        Exception? refused = null;

        var begun = await HeldUpAsync(turns, async t =>
        {
            try
            {
                return await _queue.BeginAsync(t.Lease, t.Work, true, CancellationToken.None);
            }
            catch (PostgresException e)
            {
                refused = e;
                return null;
            }
        });

        Assert.Equal("listing_task_one_open", Assert.IsType<PostgresException>(refused).ConstraintName);
        Assert.Equal([5], Enumerable.Range(0, Shops).Where(i => begun[i] is null));
        Assert.Equal(Shops - 1, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing_attempt"));
    }

    [Fact]
    public async Task A_listing_that_somebody_holds_keeps_only_its_own_shop_waiting()
    {
        var turns = await ClaimAsync();
        await using var connection = await ledger.DataSource.OpenConnectionAsync();
        await using var held = await connection.BeginTransactionAsync();
        await ListingReconciler.LockAsync(held, [turns[6].Work[0].ListingId], CancellationToken.None);
        Task<IReadOnlyDictionary<long, long>?>? waiting = null;

        var others = await HeldUpAsync(turns, t =>
        {
            var write = _queue.BeginAsync(t.Lease, t.Work, true, CancellationToken.None);
            waiting = t == turns[6] ? write : waiting;
            return t == turns[6] ? Task.FromResult<IReadOnlyDictionary<long, long>?>(null) : write;
        });

        Assert.False(waiting!.IsCompleted);
        Assert.Equal(Shops - 1, others.Count(o => o is not null));
        await held.CommitAsync();
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task A_zombie_among_many_ends_and_gives_back_nothing()
    {
        var turns = await ClaimAsync();
        var calls = new List<Call>();
        foreach (var turn in turns)
        {
            calls.Add(await ledger.CallAsync(turn.Lease));
        }

        var heir = await LoseAsync(turns[7]);
        await ledger.Queue.RecoverAsync(heir, LedgerFixture.Settling, CancellationToken.None);

        var ended = await HeldUpAsync(turns, t => _queue.EndAsync(
            t.Lease, [.. t.Work.Select(w => new TaskEnd(w, calls.Single(c => c.Lease == t.Lease).Attempts[w.TaskId], TaskOutcome.Accepted, $"P{w.ListingId}", null, null, null, TimeSpan.Zero, null))],
            true, CancellationToken.None));
        await Task.WhenAll(turns.Select(t => _queue.FinishAsync(t.Lease, new TurnEnd(TimeSpan.Zero, null, true), CancellationToken.None)));

        Assert.Equal([7], Enumerable.Range(0, Shops).Where(i => ended[i].Count == 0));
        Assert.Equal(Shops - 1, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing_task WHERE lane = 'create' AND state = 'idle'"));
        Assert.Equal(Lines + 1, await ledger.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM listing_attempt WHERE outcome = 'accepted'"));
        Assert.Equal(Shops, await ledger.ScalarAsync<long>("SELECT count(*) FROM listing WHERE external_id = 'P' || id")); // a fact about the shop
        Assert.Equal([(heir.AccountId, heir.Fence)], await ledger.QueryAsync<(long, long)>("SELECT account_id, fence FROM account_queue WHERE leased"));
    }

    private sealed record Turn(QueueLease Lease, IReadOnlyList<TaskWork> Work);

    private async Task<List<Turn>> ClaimAsync()
    {
        await ledger.BeginAsync(Shops);
        var leases = (await _queue.ClaimAsync("postmart", Shops, CancellationToken.None)).OrderBy(l => l.AccountId).ToList();
        var work = await Task.WhenAll(leases.Select(l => _queue.WorkAsync(l.AccountId, 10, CancellationToken.None)));
        Assert.All(leases.Zip(work), t => Assert.Equal(t.First.AccountId, Assert.Single(t.Second).AccountId));
        return [.. leases.Zip(work, (l, w) => new Turn(l, w))];
    }

    /// <summary>The lease ends and another process takes the shop.</summary>
    private async Task<QueueLease> LoseAsync(Turn turn)
    {
        await ledger.ExecuteAsync("UPDATE account_queue SET next_at = now() - interval '1 s' WHERE account_id = @id", new { id = turn.Lease.AccountId });
        var heir = await ledger.ClaimAsync();
        Assert.Equal(turn.Lease.AccountId, heir.AccountId);
        return heir;
    }

    /// <summary>Every shop writes at once while the first ones cannot: the others go together when these are through.</summary>
    private async Task<List<T>> HeldUpAsync<T>(List<Turn> turns, Func<Turn, Task<T>> write)
    {
        await using var connection = await ledger.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ListingReconciler.LockAsync(transaction, [.. turns.Take(Lines).SelectMany(t => t.Work, (_, w) => w.ListingId)], CancellationToken.None);
        var writes = turns.Select(write).ToList();
        await transaction.CommitAsync();
        return [.. await Task.WhenAll(writes)];
    }
}
