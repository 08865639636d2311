using OcopMarket.Core;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Parts;

/// <summary>Listings by marketplace and state. Only states that occur are columns; one that we do not know comes last.</summary>
public sealed class StateMatrix
{
    public StateMatrix(IReadOnlyList<StateCount> counts)
    {
        var order = StateWord.InOrder.Select(Words.Of).ToList();
        States = [.. counts.Select(c => c.State).Distinct().OrderBy(s => order.IndexOf(s) is >= 0 and var at ? at : int.MaxValue)];
        Rows = [.. counts.GroupBy(c => c.Marketplace).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Row(g.Key, g.ToDictionary(c => c.State, c => c.Count)))];
    }

    public IReadOnlyList<string> States { get; }
    public IReadOnlyList<Row> Rows { get; }
    public long Total => Rows.Sum(r => r.Total);

    public long Sum(string state) => Rows.Sum(r => r.Counts.GetValueOrDefault(state));

    public sealed record Row(string Marketplace, IReadOnlyDictionary<string, long> Counts)
    {
        public long Total => Counts.Values.Sum();

        public IReadOnlyDictionary<string, long> Tones =>
            Counts.GroupBy(c => StateWord.Of(c.Key).Tone).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
    }
}
