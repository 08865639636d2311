namespace OcopMarket.Core.Certifications;

/// <summary>Where a certificate stands on a day. <c>Unknown</c>: it was given, but no date says whether it still holds.</summary>
public enum CertificationState
{
    Pending, Potential5Star, Valid, RenewalWindow, Expired, GraceExtended, Upgraded, Withdrawn, NotCertified, Unknown,
}

/// <summary>How the last day is known: the list states it, it follows from the day of issue, or nothing tells.</summary>
public enum ExpiryHow { Stated, Computed, Unknown }

/// <summary>One recognition of one product, as stored. A product has several over time.</summary>
public sealed record Certification
{
    public required RecognitionKind Kind { get; init; }

    /// <summary>1-5; null when the list does not say.</summary>
    public int? Stars { get; init; }
    public string? DecisionNo { get; init; }
    public string? CertificateNo { get; init; }
    public DateOnly? IssuedOn { get; init; }

    /// <summary>Of the assessment round, where a list says no more.</summary>
    public int? Year { get; init; }

    /// <summary>Last day on which it holds.</summary>
    public DateOnly? ExpiresOn { get; init; }
    public DateOnly? WithdrawnOn { get; init; }

    /// <summary>Last day of the extension that the authority granted because the filing window could not be met.</summary>
    public DateOnly? GraceUntil { get; init; }
}
