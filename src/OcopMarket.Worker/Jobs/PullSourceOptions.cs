using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <param name="DryRun">Say what would change; write nothing.</param>
/// <param name="StartedBy">A person's name, <c>schedule</c> or <c>command</c>.</param>
/// <param name="FileName">As the person knows it, for the run's page.</param>
public sealed record PullOptions(bool DryRun, string StartedBy, string? FileName)
{
    /// <summary>Reads pictures that lie beside the source; null: it has none.</summary>
    public ReadImage? Image { get; init; }

    /// <summary>For the run's page; the source's key when null.</summary>
    public string? SourceName { get; init; }

    /// <summary>workbook, csv, ndjson ...</summary>
    public string? SourceKind { get; init; }

    /// <summary>A person looked at a snapshot that was held and confirmed it.</summary>
    public bool AcceptShrink { get; init; }
}

public enum PullPhase { Check, Apply }

/// <param name="Total">Rows of the input once they are known.</param>
public sealed record PullProgress(PullPhase Phase, int Rows, int? Total);

/// <summary>Accepted (new or changed), unchanged (equal to the last time), repeated (said twice in the input) and rejected add up to the
/// rows read; of a resumed run they count the whole run.</summary>
public sealed record PullResult
{
    /// <summary>Null in a dry run.</summary>
    public long? RunId { get; init; }
    public bool DryRun { get; init; }
    public bool Resumed { get; init; }
    public int Rows { get; init; }
    public int Accepted { get; init; }

    /// <summary>Of the accepted; a dry run only.</summary>
    public int New { get; init; }
    public int Unchanged { get; init; }
    public int Repeated { get; init; }
    public int Rejected { get; init; }

    /// <summary>Beside rows that were taken: a picture that is not there.</summary>
    public int Warnings { get; init; }
    public int Gone { get; init; }

    /// <summary>Of this process; a resumed run's earlier ones are in <c>source_rejected</c>.</summary>
    public IReadOnlyList<RejectedRow> RejectedRows { get; init; } = [];

    /// <summary><c>shrunk_too_much</c>: held for a person, nothing was applied or declared gone. Null: all is well.</summary>
    public string? FailureCode { get; init; }
}
