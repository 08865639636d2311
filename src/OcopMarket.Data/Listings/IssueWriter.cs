using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;

namespace OcopMarket.Data.Listings;

/// <summary>All findings of one origin for one listing. An empty list closes what was open.</summary>
public sealed record ListingFindings(long ListingId, IReadOnlyList<IssueFinding> Findings);

/// <summary>Opens and closes issues set-wise. Each origin (composed, account, submit, seen, engine) closes only its own.</summary>
public sealed class IssueWriter(NpgsqlTransaction transaction)
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
            RETURNING i.id),
        opened AS (
            INSERT INTO listing_issue AS i (listing_id, producer_id, unit_code, marketplace, code, origin, severity, owner, fields, args, raw)
            SELECT l.id, l.producer_id, l.unit_code, l.marketplace, f.code, @origin, f.severity, f.owner, f.fields, f.args, f.raw
            FROM f JOIN listing l ON l.id = f.listing_id
            ON CONFLICT (listing_id, origin, code, fields) WHERE closed_at IS NULL DO UPDATE SET
                severity = excluded.severity, owner = excluded.owner, args = excluded.args, raw = excluded.raw
            WHERE (i.severity, i.owner, i.args, i.raw) IS DISTINCT FROM (excluded.severity, excluded.owner, excluded.args, excluded.raw)
            RETURNING i.id)
        SELECT (SELECT count(*) FROM closed) + (SELECT count(*) FROM opened)
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

    private const string CloseRefusals = """
        UPDATE listing_issue i SET closed_at = now()
        FROM unnest(@ids, @lanes) c(listing_id, lane)
        WHERE i.listing_id = c.listing_id AND i.lane = c.lane AND i.origin = 'submit' AND i.closed_at IS NULL
        """;

    /// <returns>Issues opened, changed or closed.</returns>
    public Task<long> SyncAsync(string origin, IReadOnlyList<ListingFindings> listings, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            Sync,
            new
            {
                origin,
                ids = listings.Select(l => l.ListingId).ToArray(),
                findings = Json(listings.SelectMany(l => l.Findings.Select(f => (l.ListingId, (string?)null, f)))),
            },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>A submit of this lane was refused.</summary>
    public Task OpenRefusalsAsync(IReadOnlyList<(long Listing, string? Lane, IssueFinding Finding)> refusals, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            OpenRefusal, new { findings = Json(refusals) }, transaction, cancellationToken: cancellationToken));

    /// <summary>A submit of this lane was accepted: what an earlier one was refused for is over.</summary>
    public Task CloseRefusalsAsync(IReadOnlyList<(long Listing, string Lane)> accepted, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            CloseRefusals,
            new { ids = accepted.Select(a => a.Listing).ToArray(), lanes = accepted.Select(a => a.Lane).ToArray() },
            transaction,
            cancellationToken: cancellationToken));

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
