using System.Net;

namespace OcopMarket.Web.Tests;

/// <summary>The list says of a certificate what the rules say, not only what its last day says.</summary>
public sealed class CertificateListTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData(30, "grace", "đang được gia hạn", "'recognised', 3, NULL, today - 1100, NULL, today - 10, NULL, today + 30")]
    [InlineData(31, "expired", "hết hạn", "'recognised', 3, NULL, today - 1300, NULL, today - 200, NULL, today + 30")]
    [InlineData(32, "withdrawn", "bị thu hồi", "'recognised', 3, NULL, today - 100, NULL, today + 900, today - 1, NULL")]
    [InlineData(33, "unknown", "4 sao", "'recognised', 3, NULL, DATE '2020-02-02', NULL, today + 900, NULL, NULL", "'upgraded', 4, NULL, NULL, 2025, NULL, NULL, NULL")]
    [InlineData(34, "none", "Chưa có chứng nhận", "'recognised', 4, NULL, today + 5, NULL, today + 900, NULL, NULL")]
    public async Task The_standing_is_that_of_the_rules(int product, string standing, string words, params string[] certifications)
    {
        for (var i = 0; i < certifications.Length; i++)
        {
            await portal.ExecuteAsync($"""
                INSERT INTO certification (product_id, producer_id, key, kind, stars, decision_no, issued_on, year, expires_on, withdrawn_on, grace_until, expires_how)
                SELECT p.id, p.producer_id, 'rule-' || p.id || '-{i}', v.kind, v.stars, v.decision::text, v.issued::date, v.year::int, v.expires::date, v.withdrawn::date, v.grace::date, 'stated'
                FROM product p, (SELECT (now() AT TIME ZONE 'UTC' + interval '7 hours')::date AS today) d,
                LATERAL (VALUES ({certifications[i]})) AS v (kind, stars, decision, issued, year, expires, withdrawn, grace) WHERE p.id = {product}
                """);
        }

        var html = WebUtility.HtmlDecode(await portal.PageAsync($"/san-pham?chung-nhan={standing}&q=thu+{product}"));
        Assert.Contains($"Sản phẩm thứ {product}", html, StringComparison.Ordinal);
        Assert.Contains(words, html, StringComparison.OrdinalIgnoreCase);
    }
}
