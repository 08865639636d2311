using System.Text.Json;
using OcopMarket.Core;
using OcopMarket.Core.Listings;

namespace OcopMarket.Data.Listings;

/// <summary>All findings of one origin for one listing. An empty list closes what was open.</summary>
public sealed record ListingFindings(long ListingId, IReadOnlyList<IssueFinding> Findings);

/// <summary>Opens and closes issues set-wise. Each origin (composed, account, submit, seen, engine) closes only its own. Nothing here returns
/// rows.</summary>
internal static class IssueWriter
{
    private const string Sync = """
        WITH f AS (
            SELECT DISTINCT ON (listing_id, code, fields) * FROM jsonb_to_recordset(@findings::jsonb)
                AS f(listing_id bigint, code text, severity text, owner text, fields text[], args text[], raw text)
            ORDER BY listing_id, code, fields),
        closed AS (
            UPDATE listing_issue i SET closed_at = now()
            WHERE i.listing_id = ANY(@ids) AND i.origin = @origin AND i.closed_at IS NULL
              AND NOT EXISTS (SELECT FROM f WHERE f.listing_id = i.listing_id AND f.code = i.code AND f.fields = i.fields)
            RETURNING i.id)
        INSERT INTO listing_issue AS i (listing_id, producer_id, unit_code, marketplace, code, origin, severity, owner, fields, args, raw)
        SELECT l.id, l.producer_id, l.unit_code, l.marketplace, f.code, @origin, f.severity, f.owner, f.fields, f.args, f.raw
        FROM f JOIN listing l ON l.id = f.listing_id
        ON CONFLICT (listing_id, origin, code, fields) WHERE closed_at IS NULL DO UPDATE SET
            severity = excluded.severity, owner = excluded.owner, args = excluded.args, raw = excluded.raw
        WHERE (i.severity, i.owner, i.args, i.raw) IS DISTINCT FROM (excluded.severity, excluded.owner, excluded.args, excluded.raw)
        """;

    private const string OpenRefusal = """
        INSERT INTO listing_issue AS i
            (listing_id, producer_id, unit_code, marketplace, code, origin, lane, severity, owner, fields, args, raw)
        SELECT l.id, l.producer_id, l.unit_code, l.marketplace, f.code, 'submit', f.lane, f.severity, f.owner, f.fields, f.args, f.raw
        FROM jsonb_to_recordset(@findings::jsonb)
            AS f(listing_id bigint, lane text, code text, severity text, owner text, fields text[], args text[], raw text)
        JOIN listing l ON l.id = f.listing_id
        ON CONFLICT (listing_id, origin, code, fields) WHERE closed_at IS NULL DO UPDATE SET
            raw = excluded.raw, lane = excluded.lane, owner = excluded.owner, severity = excluded.severity
        """;

    private const string CloseRefusal = """
        UPDATE listing_issue i SET closed_at = now()
        FROM unnest(@ids, @lanes) c(listing_id, lane)
        WHERE i.listing_id = c.listing_id AND (c.lane IS NULL OR i.lane = c.lane) AND i.origin = 'submit' AND i.closed_at IS NULL
        """;

    /// <summary>All that one origin has to say of these listings; what it does not say any more is closed.</summary>
    public static StatementBatch SyncIssues(this StatementBatch batch, string origin, IReadOnlyList<ListingFindings> listings) =>
        listings.Count == 0
            ? batch
            : batch.Add(Sync, new
            {
                origin,
                ids = listings.Select(l => l.ListingId).ToArray(),
                findings = Json(listings.SelectMany(l => l.Findings.Select(f => (l.ListingId, (string?)null, f)))),
            });

    /// <summary>A submit of this lane was refused.</summary>
    public static StatementBatch OpenRefusals(
        this StatementBatch batch, IReadOnlyList<(long Listing, string? Lane, IssueFinding Finding)> refusals) =>
        refusals.Count == 0 ? batch : batch.Add(OpenRefusal, new { findings = Json(refusals) });

    /// <summary>A submit of this lane, or of all (null), was accepted: what an earlier one was refused for is over.</summary>
    public static StatementBatch CloseRefusals(this StatementBatch batch, IReadOnlyList<(long Listing, string? Lane)> accepted) =>
        accepted.Count == 0
            ? batch
            : batch.Add(CloseRefusal, new { ids = accepted.Select(a => a.Listing).ToArray(), lanes = accepted.Select(a => a.Lane).ToArray() });

    private static string Json(IEnumerable<(long Listing, string? Lane, IssueFinding Finding)> findings) =>
        JsonSerializer.Serialize(findings.Select(f => new
        {
            listing_id = f.Listing,
            lane = f.Lane,
            code = f.Finding.Code,
            severity = Words.Of(f.Finding.Severity),
            owner = Words.Of(f.Finding.Owner),
            fields = f.Finding.Fields,
            args = f.Finding.Args,
            raw = f.Finding.Raw,
        }));
}
