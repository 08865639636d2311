using System.Text.Json;

namespace OcopMarket.App.Demo;

/// <summary>The sample's <c>expected.json</c>: rows that must not go live, and why.</summary>
internal sealed record DemoExpectation(IReadOnlyList<ExpectedStop> NotLive, ExpectedScript Scripted, ExpectedCounts Counts)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public static DemoExpectation Load(string configFolder) =>
        JsonSerializer.Deserialize<DemoExpectation>(
            File.ReadAllText(Path.Combine(configFolder, "samples", "tra-vinh", "expected.json")), _json)!;

    /// <summary>Row by row: what the file names must not be live and must carry its issue; what else is not live must be the script's work.</summary>
    public ExpectedCheck Check(IReadOnlyList<RowListing> rows, long seed, IReadOnlyCollection<string> marketplaces)
    {
        var named = NotLive.SelectMany(n => n.Marketplaces.Select(m => (Key: (n.Row, m), Stop: n))).ToDictionary(n => n.Key, n => n.Stop);
        var unexpected = new List<string>();
        var scripted = new List<ScriptedStop>();
        var met = 0;
        foreach (var row in rows)
        {
            if (named.GetValueOrDefault((row.Row, row.Marketplace)) is { } stop)
            {
                var asExpected = !row.IsLive && (row.Issues.Contains(stop.Issue) || row.State == stop.Issue);
                met += asExpected ? 1 : 0;
                Add(unexpected, !asExpected, row, $"expected {stop.Issue}");
            }
            else if (!row.IsLive)
            {
                var byScript = row.Issues.Any(i => i is "shop_locked" or "unknown_status")
                    || (row.State == "rejected" && row.Issues.Any(i => i.StartsWith(row.Marketplace + ".", StringComparison.Ordinal)));
                if (byScript)
                {
                    scripted.Add(new(row.Row, row.Marketplace, row.State, row.Issues.FirstOrDefault()));
                }

                Add(unexpected, !byScript, row, "expected live");
            }
        }

        var held = rows.Select(r => (r.Row, r.Marketplace)).ToHashSet();
        unexpected.AddRange(
            from row in Enumerable.Range(1, Counts.Rows)
            from marketplace in marketplaces
            where !held.Contains((row, marketplace))
            select FormattableString.Invariant($"row {row} on {marketplace}: no listing"));
        if (seed == Scripted.Seed)
        {
            var found = scripted.Select(s => new ScriptStop(s.Row, s.Marketplace, s.Issue ?? "")).ToHashSet();
            unexpected.AddRange(Scripted.Stops.Where(s => !found.Contains(s)).Select(s => Differs(s, "expected by the script, did not happen")));
            unexpected.AddRange(found.Except(Scripted.Stops).Select(s => Differs(s, "not in the script of this seed")));
        }

        return new(met, scripted, unexpected);
    }

    private static string Differs(ScriptStop stop, string how) =>
        FormattableString.Invariant($"row {stop.Row} on {stop.Marketplace}: {stop.Issue}, {how}");

    private static void Add(List<string> unexpected, bool differs, RowListing row, string expected)
    {
        if (differs)
        {
            unexpected.Add(FormattableString.Invariant(
                $"row {row.Row} on {row.Marketplace}: {row.State} {string.Join(",", row.Issues)}, {expected}"));
        }
    }
}

internal sealed record ExpectedStop(int Row, IReadOnlyList<string> Marketplaces, string Issue);

/// <param name="Stops">What the script of this seed stops; for another seed only the kind of stop is known.</param>
internal sealed record ExpectedScript(long Seed, IReadOnlyList<ScriptStop> Stops);

/// <param name="Rows">Every row of the sample has a listing on every marketplace.</param>
internal sealed record ExpectedCounts(int Rows);

internal sealed record ScriptStop(int Row, string Marketplace, string Issue);
