using OcopMarket.Core.Listings;

namespace OcopMarket.Core.Certifications;

/// <summary>What a product's certifications let a listing say today.</summary>
/// <param name="Claim">Null: the listing says nothing of OCOP.</param>
/// <param name="Warning">Issue code when there is a certification but no claim: <c>certificate_expired</c>, <c>certificate_unknown</c> or
/// <c>certificate_withdrawn</c>; null beside a claim, and for a product that never was certified.</param>
/// <param name="IsPotentialFiveStar">A list names the product as potential five stars.</param>
public sealed record CertificateStanding(OcopClaim? Claim, string? Warning, bool IsPotentialFiveStar = false)
{
    public const string Expired = "certificate_expired";
    public const string Unknown = "certificate_unknown";
    public const string Withdrawn = "certificate_withdrawn";
}
