using System.Text.Json.Serialization;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Subjects;

/// <summary>What somebody asked about stored data. Names nobody: a producer or shop by number, with the name as far as it is still stored.</summary>
public sealed record SubjectRequest
{
    public long Id { get; init; }

    /// <summary>export, erase, remove.</summary>
    public string Kind { get; init; } = "";
    public long? ProducerId { get; init; }
    public long? AccountId { get; init; }
    public string? RemovedUnit { get; init; }
    public long? ParentId { get; init; }

    /// <summary>Of the producer, household or unit; null: erased.</summary>
    public string? Name { get; init; }
    public string Evidence { get; init; } = "";
    public DateOnly AskedOn { get; init; }
    public string RecordedBy { get; init; } = "";

    /// <summary>Tells people apart, as <c>Actor.Key</c> does.</summary>
    [JsonIgnore]
    public string RecordedKey { get; init; } = "";
    public DateTimeOffset AnswerBy { get; init; }
    public DateTimeOffset DoneBy { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>open, approved, leaving, done, refused.</summary>
    public string Step { get; init; } = "";
    public DateTimeOffset? BeganAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedReason { get; init; }

    /// <summary>Rows by table, as JSON.</summary>
    public string? Removed { get; init; }

    /// <summary>Items that must be taken down by hand: <c>[{marketplace, shop, item}]</c>.</summary>
    public string LeftOver { get; init; } = "[]";

    /// <summary>The last day of one of the law's terms, of which the end is stored.</summary>
    public static DateOnly LastDay(DateTimeOffset end) => VietnamDay.Of(end).AddDays(-1);
}

/// <summary>A request as it is written down.</summary>
/// <param name="Kind">export, erase, remove.</param>
/// <param name="Evidence">Number of the form or letter.</param>
public sealed record NewSubjectRequest(string Kind, long? Producer, long? Account, string? Unit, string Evidence, DateOnly AskedOn)
{
    /// <summary>Whoever asks is told in the same moment that it was received.</summary>
    public bool IsAnswered { get; init; }
}
