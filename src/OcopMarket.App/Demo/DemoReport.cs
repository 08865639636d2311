namespace OcopMarket.App.Demo;

/// <summary>What <c>./run demo --json</c> prints, alone, on standard output.</summary>
internal sealed record DemoReport
{
    public required SourceCounts Source { get; init; }
    public required CatalogueCounts Catalogue { get; init; }
    public required IReadOnlyList<StateCount> Accounts { get; init; }
    public required IReadOnlyList<StateCount> Listings { get; init; }
    public required IReadOnlyList<IssueCount> Issues { get; init; }
    public required IReadOnlyList<SandboxCount> Sandbox { get; init; }
    public required IReadOnlyList<RepeatCount> Repeats { get; init; }

    /// <summary>Compared with the sample's <c>expected.json</c>; null for another workbook.</summary>
    public ExpectedCheck? Expected { get; init; }
    public required bool Settled { get; init; }

    /// <summary>What does not add up; empty when all is well.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
    public required double Seconds { get; init; }
    public required long Seed { get; init; }
}

internal sealed record SourceCounts(int Rows, int Accepted, int Unchanged, int Repeated, IReadOnlyList<RejectedCell> Rejected);

internal sealed record RejectedCell(int Row, string? Sheet, string Column, string Reason);

internal sealed record CatalogueCounts(long Producers, long Products, long Certifications);

internal sealed record StateCount(string Marketplace, string State, long Count);

internal sealed record IssueCount(string Marketplace, string Code, string Owner, long Count);

internal sealed record SandboxCount(string Marketplace, long Items, long Duplicates, long RateBreaches);

internal sealed record RepeatCount(int Accepted, int Unchanged, long Writes);

/// <param name="NotLive">Listings that the sample's file says must not go live, and did not.</param>
/// <param name="Scripted">Listings that the simulated platforms stopped by the script of the seed.</param>
/// <param name="Unexpected">Anything else that differs, row by row.</param>
internal sealed record ExpectedCheck(int NotLive, IReadOnlyList<ScriptedStop> Scripted, IReadOnlyList<string> Unexpected);

internal sealed record ScriptedStop(int Row, string Marketplace, string State, string? Issue);
