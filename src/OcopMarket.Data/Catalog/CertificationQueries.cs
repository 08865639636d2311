using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Data.Catalog;

/// <summary>Certifications as the rules take them.</summary>
public static class CertificationQueries
{
    /// <summary>Those that a source still states, by product; one statement for any number of products.</summary>
    public static async Task<ILookup<long, Certification>> OfProductsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> products, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            CertificationSql.OfProducts, new { products = products.ToArray() }, cancellationToken: cancellationToken));
        return rows.ToLookup(r => r.ProductId, r => r.ToCertification());
    }

    private sealed class Row
    {
        public long ProductId { get; init; }
        public string Kind { get; init; } = "";
        public int? Stars { get; init; }
        public string? DecisionNo { get; init; }
        public string? CertificateNo { get; init; }
        public DateTime? IssuedOn { get; init; }
        public int? Year { get; init; }
        public DateTime? ExpiresOn { get; init; }
        public DateTime? WithdrawnOn { get; init; }
        public DateTime? GraceUntil { get; init; }

        public Certification ToCertification() => new()
        {
            Kind = Words.Parse<RecognitionKind>(Kind),
            Stars = Stars,
            DecisionNo = DecisionNo,
            CertificateNo = CertificateNo,
            IssuedOn = Day(IssuedOn),
            Year = Year,
            ExpiresOn = Day(ExpiresOn),
            WithdrawnOn = Day(WithdrawnOn),
            GraceUntil = Day(GraceUntil),
        };

        private static DateOnly? Day(DateTime? value) => value is { } day ? DateOnly.FromDateTime(day) : null;
    }
}

internal static class CertificationSql
{
    public const string OfProducts = """
        SELECT product_id, kind, stars, decision_no, certificate_no, issued_on::timestamp AS issued_on, year,
               expires_on::timestamp AS expires_on, withdrawn_on::timestamp AS withdrawn_on, grace_until::timestamp AS grace_until
        FROM certification WHERE product_id = ANY (@products) AND gone_at IS NULL ORDER BY product_id, key
        """;
}
