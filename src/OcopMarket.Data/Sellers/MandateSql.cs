namespace OcopMarket.Data.Sellers;

/// <summary>A mandate as whoever may see it reads it.</summary>
public abstract record MandateFacts
{
    public long Id { get; init; }
    public string? Producer { get; init; }
    public string ActBy { get; init; } = "";
    public DateOnly GivenOn { get; init; }
    public DateOnly? Until { get; init; }
    public string TextVersion { get; init; } = "";
    public string Evidence { get; init; } = "";
    public string RecordedBy { get; init; } = "";
    public DateOnly? RevokedOn { get; init; }
    public string? RevokedBy { get; init; }
    public string? RevokedReason { get; init; }

    /// <summary>valid, coming, ended, withdrawn.</summary>
    public string Standing { get; init; } = "";
}

internal static class MandateSql
{
    /// <summary>Of a mandate m: it holds on <c>@today</c>, its first and its last day included.</summary>
    public const string HoldsToday = "m.revoked_on IS NULL AND m.given_on <= @today AND coalesce(m.until, 'infinity') >= @today";

    /// <summary>Columns of <see cref="MandateFacts"/>, of a mandate m and its producer p.</summary>
    public const string Facts = $"""
        m.id, p.name AS producer, m.act_by, m.given_on, m.until, m.text_version, m.evidence, m.recorded_by, m.revoked_on, m.revoked_by,
        m.revoked_reason, {Standing} AS standing
        """;

    /// <summary>Of a mandate m on <c>@today</c>: valid, coming, ended, withdrawn.</summary>
    public const string Standing =
        "CASE WHEN m.revoked_on IS NOT NULL THEN 'withdrawn' WHEN m.until < @today THEN 'ended' WHEN m.given_on > @today THEN 'coming' ELSE 'valid' END";
}
