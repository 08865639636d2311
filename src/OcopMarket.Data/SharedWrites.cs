using Npgsql;

namespace OcopMarket.Data;

/// <summary>Callers of one process share their round trips: what is there goes together as soon as a line is free, and what comes meanwhile goes
/// together with the next. Nobody waits for company. What the database refuses together is tried once more, each by itself, so that one bad
/// row, or one that somebody holds, is only its owner's trouble.</summary>
/// <param name="write">One transaction for all of them; an answer for each, in their order.</param>
/// <param name="listings">No two that name the same listing go together.</param>
/// <param name="lines">Writes at once.</param>
internal sealed class SharedWrites<TAsked, TAnswer>(
    Func<IReadOnlyList<TAsked>, Task<IReadOnlyList<TAnswer>>> write, Func<TAsked, IReadOnlyCollection<long>> listings, int lines)
{
    /// <summary>Listings in one transaction: it holds their locks until it commits.</summary>
    private const int Most = 256;
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private int _busy;

    /// <param name="cancellationToken">Heeded until the write begins; what has begun is waited for.</param>
    public Task<TAnswer> AddAsync(TAsked asked, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(asked, cancellationToken);
        lock (_lock)
        {
            _waiting.AddLast(waiting);
            if (_busy == lines)
            {
                return waiting.Answer.Task;
            }

            _busy++;
        }

        _ = GoAsync();
        return waiting.Answer.Task;
    }

    private async Task GoAsync()
    {
        while (Next() is { Count: > 0 } together)
        {
            await WriteAsync(together);
        }
    }

    private List<Waiting> Next()
    {
        lock (_lock)
        {
            var (together, taken) = (new List<Waiting>(), new HashSet<long>());
            for (var node = _waiting.First; node is not null && taken.Count < Most;)
            {
                var (candidate, next) = (node, node.Next);
                var its = listings(candidate.Value.Asked);
                if (candidate.Value.IsGivenUp)
                {
                    _waiting.Remove(candidate);
                }
                else if ((together.Count == 0 || taken.Count + its.Count <= Most) && !taken.Overlaps(its))
                {
                    _waiting.Remove(candidate);
                    together.Add(candidate.Value);
                    taken.UnionWith(its);
                }

                node = next;
            }

            _busy -= together.Count == 0 ? 1 : 0;
            return together;
        }
    }

    private async Task WriteAsync(List<Waiting> together, bool again = false)
    {
        try
        {
            var answers = await write([.. together.Select(w => w.Asked)]);
            for (var i = 0; i < together.Count; i++)
            {
                together[i].Answer.SetResult(answers[i]);
            }
        }
        catch (PostgresException e) when (!again && StatementBatch.IsForgotten(e))
        {
            await WriteAsync(together, again: true);
        }
        catch (PostgresException e) when (together.Count > 1 && !IsShutDown(e))
        {
            foreach (var one in together)
            {
                _ = WriteAsync([one]); // beside each other: one that waits for a lock keeps neither the others nor the line
            }
        }
#pragma warning disable CA1031 // it belongs to those who asked
        catch (Exception e)
#pragma warning restore CA1031
        {
            together.ForEach(w => w.Answer.SetException(e));
        }
    }

    // The server is going away and may have committed before it said so: whether it did is not known, and is not tried again.
    private static bool IsShutDown(PostgresException e) => e.SqlState.StartsWith("57P", StringComparison.Ordinal);

    private sealed class Waiting(TAsked asked, CancellationToken cancellationToken)
    {
        public TAsked Asked { get; } = asked;
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public bool IsGivenUp => cancellationToken.IsCancellationRequested && Answer.TrySetCanceled(cancellationToken);
    }
}
