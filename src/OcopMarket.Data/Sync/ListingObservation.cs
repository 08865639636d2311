using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>What was seen of one listing.</summary>
/// <param name="Findings">The platform's reasons in our words (origin "seen"); empty closes earlier ones.</param>
/// <param name="Settling">How long after a submit absence proves nothing.</param>
public sealed record Sighting(long ListingId, SeenItem Item, IReadOnlyList<IssueFinding> Findings, TimeSpan Settling = default);

public enum KnownBy { Api, FileReturn, StaffCheck, PageCheck }

/// <summary>The only writer of <em>seen</em>. Never goes back in time: a read that began before the stored one changes nothing.</summary>
public sealed class ListingObservation(NpgsqlDataSource dataSource, ListingReconciler reconciler)
{
    // An item that we deleted ourselves, wanted again before that was seen, has come to its end: the next one is a new item.
    private const string Write = """
        WITH s AS (
            SELECT * FROM jsonb_to_recordset(@sightings::jsonb) AS s(
                listing_id bigint, external_id text, seen text, raw text, pending boolean, price numeric, sale_price numeric, stock int,
                title text, url text, reasons jsonb, unsettled float8)),
        ended AS (
            SELECT s.*, s.seen = 'removed' AND d.desired = 'on_sale' AND EXISTS (
                SELECT FROM listing_attempt a WHERE a.listing_id = d.id AND a.kind = 'delete' AND coalesce(a.outcome, 'unknown') NOT IN ('refused', 'delayed')
                AND NOT EXISTS (SELECT FROM listing_attempt c WHERE c.listing_id = d.id AND c.kind = 'create' AND c.id > a.id)) AS ours
            FROM s JOIN listing d ON d.id = s.listing_id),
        seen AS (
            UPDATE listing l SET
                external_id = CASE WHEN NOT s.ours THEN coalesce(l.external_id, s.external_id) END, url = coalesce(s.url, l.url),
                seen = CASE WHEN NOT s.ours THEN s.seen END, seen_raw = s.raw,
                seen_how = @how, seen_at = @at, seen_change_pending = s.pending, seen_price = s.price, seen_sale_price = s.sale_price,
                seen_stock = s.stock, seen_title = s.title, seen_reasons = s.reasons,
                submit_may_hide = CASE WHEN @at > coalesce(l.submitted_at, '-infinity') THEN false ELSE l.submit_may_hide END
            FROM ended s, listing old
            WHERE l.id = s.listing_id AND old.id = l.id AND (l.seen_at IS NULL OR l.seen_at < @at)
              AND (s.unsettled IS NULL OR l.submitted_at IS NULL OR l.submitted_at + s.unsettled * interval '1 s' < @at)
              AND (l.external_id IS NULL OR l.external_id = s.external_id)
            RETURNING l.id, l.producer_id, s.seen, s.raw,
                (old.seen, old.seen_raw, old.seen_change_pending) IS DISTINCT FROM (s.seen, s.raw, s.pending) AS news),
        told AS (
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how, raw)
            SELECT id, producer_id, 'seen', seen, @how, raw FROM seen WHERE news ORDER BY id)
        SELECT id FROM seen
        """;

    /// <param name="at">Start of the read, by the database's clock.</param>
    /// <returns>Listings whose sighting was newer than what was stored.</returns>
    public async Task<int> RecordAsync(
        IReadOnlyList<Sighting> sightings, KnownBy how, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (sightings.Count == 0)
        {
            return 0;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = sightings.Select(s => s.ListingId).Distinct().ToArray();
        var written = await WriteAsync(transaction, listings, sightings, Words.Of(how), at, cancellationToken);
        var news = new StatementBatch(transaction).SyncIssues(
            "seen", [.. sightings.Where(s => written.Contains(s.ListingId)).Select(s => new ListingFindings(s.ListingId, s.Findings))]);
        reconciler.AnswerDrift(news, [.. written]);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken, news);
        await transaction.CommitAsync(cancellationToken);
        return written.Count;
    }

    private static async Task<HashSet<long>> WriteAsync(
        NpgsqlTransaction transaction, long[] listings, IReadOnlyList<Sighting> sightings, string how, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var write = new StatementBatch(transaction).Add(ReconcileSql.Lock, new { ids = listings })
            .Add(Write, new { sightings = Json(sightings), how, at });
        await using var rows = await write.ReadAsync(cancellationToken);
        await rows.NextAsync<long>(cancellationToken);
        return [.. await rows.NextAsync<long>(cancellationToken)];
    }

    /// <summary>A look-up found these listings' own item and no other of the same code: what was said of several is over.</summary>
    public async Task AloneAsync(IReadOnlyList<long> listings, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = listings.ToArray();
        await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE listing_issue SET closed_at = now() WHERE listing_id = ANY(@ids) AND code = @code AND closed_at IS NULL",
            new { ids, code = StandingIssues.SeveralItems }, transaction, cancellationToken: cancellationToken));
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Json(IReadOnlyList<Sighting> sightings) => JsonSerializer.Serialize(sightings.Select(s => new
    {
        listing_id = s.ListingId,
        external_id = s.Item.ExternalId,
        seen = Words.Of(s.Item.Status),
        raw = s.Item.StatusRaw,
        pending = s.Item.ChangePending,
        price = s.Item.PriceVnd,
        sale_price = s.Item.SalePriceVnd,
        stock = s.Item.StockUnits,
        title = s.Item.Title,
        url = s.Item.Url,
        reasons = s.Item.Reasons,
        unsettled = s.Item.Absent && !Sabotage.Absence ? s.Settling.TotalSeconds : (double?)null,
    }));
}
