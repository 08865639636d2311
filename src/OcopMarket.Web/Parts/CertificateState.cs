using OcopMarket.Core;
using OcopMarket.Core.Certifications;
using CertificationRow = OcopMarket.Data.Reading.CertificationFacts;

namespace OcopMarket.Web.Parts;

/// <summary>Where one stored certification stands on a day, in the words of the chips.</summary>
internal static class CertificateState
{
    private static readonly CertificateRules Rules = new();

    public static string Of(CertificationRow row, IReadOnlyList<Certification> all, DateOnly today) =>
        Rules.StateOf(Facts(row), all, today) switch
        {
            CertificationState.Valid => "valid",
            CertificationState.GraceExtended => "grace",
            CertificationState.RenewalWindow => "renewal",
            CertificationState.Expired => "expired",
            CertificationState.Withdrawn => "withdrawn",
            CertificationState.Upgraded => "upgraded",
            CertificationState.Potential5Star => "potential",
            CertificationState.Pending => "pending",
            CertificationState.NotCertified => "none",
            _ => "unknown",
        };

    public static Certification Facts(CertificationRow row) => new()
    {
        Kind = Words.TryParse<RecognitionKind>(row.Kind, out var kind) ? kind : RecognitionKind.Recognised,
        Stars = row.Stars,
        DecisionNo = row.DecisionNo,
        CertificateNo = row.CertificateNo,
        IssuedOn = row.IssuedOn,
        Year = row.Year,
        ExpiresOn = row.ExpiresOn,
        WithdrawnOn = row.WithdrawnOn,
        GraceUntil = row.GraceUntil,
    };
}
