using System.Diagnostics.Metrics;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker.Watching;

/// <summary>What this process did, as numbers: calls, ends of tasks, rows of pulls. Labels are platforms, kinds, lanes and outcomes only:
/// no shop, no listing, nothing that grows with the installation. Costs nothing while nobody listens.</summary>
public sealed class EngineMeter : IDisposable
{
    public const string Name = "OcopMarket.Worker";

    /// <summary>Seconds: from a quick answer to the longest deadline that is usual.</summary>
    private static readonly double[] _bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];
    private readonly Meter _meter;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _ends;
    private readonly Counter<long> _rows;

    public EngineMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _calls = _meter.CreateCounter<long>("ocop.calls", "{call}", "Calls to platforms.");
        _durations = _meter.CreateHistogram<double>(
            "ocop.call.duration", "s", "How long calls to platforms took.", null, new() { HistogramBucketBoundaries = _bounds });
        _ends = _meter.CreateCounter<long>("ocop.tasks.ended", "{task}", "Changes of listings by how their call ended.");
        _rows = _meter.CreateCounter<long>("ocop.pull.rows", "{row}", "Rows of sources by what became of them.");
    }

    /// <param name="outcome">ok, partly, cancelled, failed, or a <see cref="FailureKind"/>.</param>
    public void Called(string marketplace, CallKind kind, string outcome, TimeSpan took)
    {
        var (platform, call) = (Tag("marketplace", marketplace), Tag("kind", Words.Of(kind)));
        _calls.Add(1, platform, call, Tag("outcome", outcome));
        _durations.Record(took.TotalSeconds, platform, call);
    }

    public void Ended(string marketplace, IReadOnlyList<TaskEnd> ends)
    {
        foreach (var group in ends.GroupBy(e => (e.Work.Lane, e.Outcome)))
        {
            Ended(marketplace, group.Key.Lane, Words.Of(group.Key.Outcome), group.Count());
        }
    }

    /// <param name="outcome">A <see cref="TaskOutcome"/>, or adopted: a look-up found the item of a doubtful create.</param>
    public void Ended(string marketplace, string lane, string outcome, int count)
    {
        if (count > 0)
        {
            _ends.Add(count, Tag("marketplace", marketplace), Tag("lane", lane), Tag("outcome", outcome));
        }
    }

    /// <param name="lanes">Of the changes whose call a dead process left open.</param>
    public void Crashed(string marketplace, IReadOnlyList<string> lanes)
    {
        foreach (var lane in lanes.GroupBy(l => l, StringComparer.Ordinal))
        {
            Ended(marketplace, lane.Key, Words.Of(TaskOutcome.Crashed), lane.Count());
        }
    }

    public void Pulled(PullResult result)
    {
        Add("accepted", result.Accepted);
        Add("unchanged", result.Unchanged);
        Add("repeated", result.Repeated);
        Add("rejected", result.Rejected);
        Add("gone", result.Gone);

        void Add(string what, int rows) => _rows.Add(rows, Tag("result", what));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
