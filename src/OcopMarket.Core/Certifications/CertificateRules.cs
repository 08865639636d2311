using System.Text.Json;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sources;

namespace OcopMarket.Core.Certifications;

/// <summary>The law's terms as data (<c>config/ocop/certificate-rules.json</c>); the defaults are 26/2026/QĐ-TTg, articles 3, 4, 8, 12.
/// Everything here is a pure function of the facts and the Vietnamese day.</summary>
public sealed record CertificateRules
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>A certificate holds this long, to the end of the day with the same number.</summary>
    public int TermMonths { get; init; } = 36;

    /// <summary>A file for re-evaluation may be handed in from this many days before the last day ...</summary>
    public int RenewalOpensDays { get; init; } = 180;

    /// <summary>... to this many before it.</summary>
    public int RenewalClosesDays { get; init; } = 120;

    /// <summary>The longest extension after the last day.</summary>
    public int GraceDays { get; init; } = 180;

    /// <summary>Below this many stars there is neither decision nor certificate.</summary>
    public int CertifiedFromStars { get; init; } = 3;

    /// <summary>Which act a certificate was issued under, by its day; oldest first.</summary>
    public IReadOnlyList<LegalBasis> LegalBases { get; init; } =
    [
        new(new(2018, 5, 7), "490/QĐ-TTg"),
        new(new(2019, 8, 21), "1048/QĐ-TTg"),
        new(new(2023, 2, 24), "148/QĐ-TTg"),
        new(new(2025, 7, 6), "148/QĐ-TTg, 1489/QĐ-TTg"),
        new(new(2026, 5, 22), "26/2026/QĐ-TTg"),
    ];

    /// <exception cref="JsonException">The text is no such object, or a number is out of its range.</exception>
    public static CertificateRules Parse(string json)
    {
        var rules = JsonSerializer.Deserialize<CertificateRules>(json, Json) ?? throw new JsonException("Certificate rules are null.");
        var sane = rules is { TermMonths: > 0 and <= 600, GraceDays: >= 0 and <= 3660, CertifiedFromStars: >= 1 and <= 5, RenewalClosesDays: >= 0 }
            && rules.RenewalOpensDays >= rules.RenewalClosesDays;
        return sane ? rules : throw new JsonException("A number of the certificate rules is out of its range.");
    }

    /// <summary>The last day, and how it is known. A year alone proves no day.</summary>
    public (DateOnly? ExpiresOn, ExpiryHow How) ExpiryOf(CertificationFacts facts) => facts switch
    {
        { ExpiresOn: { } stated } => (stated, ExpiryHow.Stated),
        { Kind: RecognitionKind.PotentialFiveStar or RecognitionKind.PlannedAssessment } => (null, ExpiryHow.Unknown),
        { IssuedOn: { } issued } => (AddTerm(issued), ExpiryHow.Computed),
        _ => (null, ExpiryHow.Unknown),
    };

    /// <summary>Null before the programme began, or without a day.</summary>
    public string? LegalBasisOn(DateOnly? issuedOn) => LegalBases.LastOrDefault(b => b.From <= issuedOn)?.Act;

    /// <summary>Last day on which a file for re-evaluation may be handed in.</summary>
    public DateOnly? RenewalDueOn(Certification certification) => certification.ExpiresOn?.AddDays(-RenewalClosesDays);

    /// <summary>The state on a day. From the opening of the renewal window to its last day a certificate is in <c>RenewalWindow</c>: it holds,
    /// and somebody should act.</summary>
    public CertificationState StateOf(Certification certification, IEnumerable<Certification> all, DateOnly today) => certification switch
    {
        { WithdrawnOn: { } on } when on <= today => CertificationState.Withdrawn,
        { Kind: RecognitionKind.PlannedAssessment } => CertificationState.Pending,
        { Kind: RecognitionKind.PotentialFiveStar } => CertificationState.Potential5Star,
        { Stars: { } stars } when stars < CertifiedFromStars => CertificationState.NotCertified,
        { IssuedOn: { } on } when on > today => CertificationState.Pending,
        _ when all.Any(other => Supersedes(other, certification, today)) => CertificationState.Upgraded,
        { ExpiresOn: { } last } => DatedState(last, certification.GraceUntil, today),
        { IssuedOn: null, Year: { } year } when LatestExpiry(year) < today => CertificationState.Expired,
        _ => CertificationState.Unknown,
    };

    /// <summary>The claim a listing may carry: 3-5 stars, valid today, both days known, with a certificate's or decision's number. Of several
    /// the one issued last.</summary>
    public OcopClaim? ClaimFor(IReadOnlyCollection<Certification> certifications, DateOnly today) =>
        certifications
            .Where(c => StateOf(c, certifications, today) is CertificationState.Valid or CertificationState.RenewalWindow)
            .Select(AsClaim)
            .OfType<OcopClaim>()
            .OrderByDescending(c => c.IssuedOn).ThenByDescending(c => c.Stars).ThenByDescending(c => c.ExpiresOn)
            .ThenBy(c => c.CertificateNo, StringComparer.Ordinal)
            .FirstOrDefault();

    public CertificateStanding StandingOf(IReadOnlyCollection<Certification> certifications, DateOnly today)
    {
        var states = certifications.Select(c => StateOf(c, certifications, today)).ToHashSet();
        var isPotential = states.Contains(CertificationState.Potential5Star);
        return ClaimFor(certifications, today) is { } claim ? new(claim, null, isPotential) : new(null, WarningFor(states), isPotential);
    }

    private static string? WarningFor(HashSet<CertificationState> states)
    {
        // Valid without a number, or without the day of issue, proves nothing that a listing could show.
        if (states.Overlaps([CertificationState.Unknown, CertificationState.Valid, CertificationState.RenewalWindow]))
        {
            return CertificateStanding.Unknown;
        }

        if (states.Contains(CertificationState.Withdrawn))
        {
            return CertificateStanding.Withdrawn;
        }

        return states.Overlaps([CertificationState.Expired, CertificationState.GraceExtended])
            ? CertificateStanding.Expired
            : states.Contains(CertificationState.Potential5Star) ? CertificateStanding.Unknown : null;
    }

    private CertificationState DatedState(DateOnly last, DateOnly? graceUntil, DateOnly today)
    {
        if (today <= last)
        {
            return today.DayNumber >= last.DayNumber - RenewalOpensDays ? CertificationState.RenewalWindow : CertificationState.Valid;
        }

        var inGrace = graceUntil >= today && today.DayNumber <= last.DayNumber + GraceDays;
        return inGrace ? CertificationState.GraceExtended : CertificationState.Expired;
    }

    private OcopClaim? AsClaim(Certification c) =>
        c is { Stars: { } stars, IssuedOn: { } issued, ExpiresOn: { } expires } && stars >= CertifiedFromStars
            && (c.CertificateNo ?? c.DecisionNo) is { Length: > 0 } number
            ? new(stars, number, issued, expires)
            : null;

    /// <summary>A later recognition of more stars, in force and not withdrawn, takes the place of an earlier one.</summary>
    private bool Supersedes(Certification other, Certification earlier, DateOnly today) =>
        other.Kind is RecognitionKind.Recognised or RecognitionKind.ReRecognised or RecognitionKind.Upgraded
        && other.Stars > earlier.Stars && other.Stars >= CertifiedFromStars
        && !(other.WithdrawnOn <= today) && !(other.IssuedOn > today)
        && IsLater(other, earlier);

    private static bool IsLater(Certification other, Certification earlier) =>
        other.IssuedOn is { } on && earlier.IssuedOn is { } before
            ? on > before
            : (other.Year ?? other.IssuedOn?.Year) > (earlier.Year ?? earlier.IssuedOn?.Year);

    private DateOnly LatestExpiry(int year) => AddTerm(new DateOnly(Math.Clamp(year, 1, 9000), 12, 31));

    private DateOnly AddTerm(DateOnly from) => from.Year > 9000 ? DateOnly.MaxValue : from.AddMonths(TermMonths);
}

/// <param name="From">First day of the act.</param>
public sealed record LegalBasis(DateOnly From, string Act);
