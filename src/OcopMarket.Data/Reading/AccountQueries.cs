using Dapper;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Reading;

/// <summary>A shop as it stands with its platform.</summary>
public record AccountFacts
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public long? ProducerId { get; init; }
    public string? Producer { get; init; }
    public string ShopName { get; init; } = "";
    public string? Url { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset StateAt { get; init; }
    public string StateEvidence { get; init; } = "";
    public string? ProblemCode { get; init; }
    public string? ProblemRaw { get; init; }
    public int? ItemCount { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public string OpenedBy { get; init; } = "";

    /// <summary>A mandate that holds today.</summary>
    public bool HasMandate { get; init; }
}

public sealed record AccountRow : AccountFacts
{
    public DateTimeOffset NextCheckAt { get; init; }
    public DateTimeOffset HeldUntil { get; init; }
    public string? HeldReason { get; init; }
    public long Listings { get; init; }
    public long OnSale { get; init; }

    /// <summary>Since when it leaves, or has left.</summary>
    public DateTimeOffset? LeavingAt { get; init; }
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>Since when its whole marketplace is out of use.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>We may act there, so that it is ours to take its items off sale.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Of one that leaves: listings that may still be on sale there.</summary>
    public long Standing { get; init; }

    /// <summary>Of these, what staff must take off sale by hand.</summary>
    public long ByHand { get; init; }

    public bool Leaves => LeftAt is null && (LeavingAt ?? StoppedAt) is not null;

    /// <summary>Nobody takes them off sale but a person.</summary>
    public bool NeedsStaff => Standing > 0 && (ByHand > 0 || !IsOpen);
}

public sealed record AccountEvent
{
    public DateTimeOffset At { get; init; }
    public string State { get; init; } = "";
    public string Evidence { get; init; } = "";
    public string? Raw { get; init; }
}

public sealed record MandateRow
{
    public DateOnly GivenOn { get; init; }
    public DateOnly? Until { get; init; }
    public string Evidence { get; init; } = "";
    public string RecordedBy { get; init; } = "";
    public DateOnly? RevokedOn { get; init; }
}

public sealed record AccountStateCount(string Marketplace, string State, long Count);

public sealed record AccountPage(IReadOnlyList<AccountRow> Rows, IReadOnlyList<AccountStateCount> Counts, long? Next);

public sealed record AccountDetail(
    AccountRow Account, IReadOnlyList<StateCount> States, IReadOnlyList<AccountEvent> Events, IReadOnlyList<MandateRow> Mandates);

/// <summary>Shops.</summary>
public sealed class AccountQueries(ReadingDatabase database)
{
    private const int PageSize = 50;

    /// <summary>Of a shop a: the business' own, or a shared one that it gave a mandate.</summary>
    internal const string Own = """
        (@own::bigint IS NULL OR a.producer_id = @own
         OR (a.producer_id IS NULL AND EXISTS (SELECT FROM mandate o WHERE o.account_id = a.id AND o.producer_id = @own)))
        """;

    /// <summary>Columns of <see cref="AccountFacts"/>, of a shop a and its producer pr.</summary>
    internal const string Facts = $"""
        a.id, a.marketplace, a.external_id, a.producer_id, pr.name AS producer, a.shop_name, a.url, a.state, a.state_at, a.state_evidence,
        a.problem_code, a.problem_raw, a.item_count, a.verified_at, a.opened_by,
        EXISTS (SELECT FROM mandate m WHERE m.account_id = a.id AND {MandateSql.HoldsToday}) AS has_mandate
        """;

    /// <summary>See OverviewQueries.States.</summary>
    private const string Counted = """
        SELECT marketplace, state, count FROM listing_count WHERE scope_is_all() AND marketplace = a.marketplace AND account_id = a.id
        UNION ALL
        SELECT marketplace, state, count(*) FROM listing
        WHERE NOT scope_is_all() AND account_id = a.id AND (@own::bigint IS NULL OR producer_id = @own) GROUP BY marketplace, state
        """;

    private const string OnItsWay = "a.left_at IS NULL AND (a.leaving_at IS NOT NULL OR s.marketplace IS NOT NULL)";

    private const string Stands =
        $"FROM listing l WHERE l.account_id = a.id AND (@own::bigint IS NULL OR l.producer_id = @own) AND {LeaveSql.MayStand}";

    private const string Account = $"""
        SELECT {Facts}, a.next_check_at, coalesce(q.held_until, '-infinity') AS held_until, q.held_reason,
               coalesce(n.listings, 0)::bigint AS listings, coalesce(n.on_sale, 0)::bigint AS on_sale,
               a.leaving_at, a.left_at, s.stopped_at, {LeaveSql.IsOpen} AS is_open,
               CASE WHEN {OnItsWay} THEN (SELECT count(*) {Stands}) ELSE 0 END AS standing,
               CASE WHEN {OnItsWay} THEN (SELECT count(*) {Stands} AND l.owner = 'staff') ELSE 0 END AS by_hand
        FROM seller_account a
        LEFT JOIN marketplace_stop s ON s.marketplace = a.marketplace
        LEFT JOIN credential c ON c.id = a.credential_id
        LEFT JOIN producer pr ON pr.id = a.producer_id
        LEFT JOIN account_queue q ON q.account_id = a.id
        LEFT JOIN LATERAL (
            SELECT sum(count) AS listings, sum(count) FILTER (WHERE state IN ('live', 'live_changing')) AS on_sale
            FROM ({Counted}) n) n ON true
        """;

    private const string Page = Account + $"""
         WHERE {Own} AND (@marketplace::text IS NULL OR a.marketplace = @marketplace) AND (@state::text IS NULL OR a.state = @state)
          AND (@after::bigint IS NULL OR (a.shop_name COLLATE "vi-x-icu", a.id) > (
              SELECT shop_name COLLATE "vi-x-icu", id FROM seller_account WHERE id = @after))
        ORDER BY a.shop_name COLLATE "vi-x-icu", a.id LIMIT @limit;
        """;

    private const string Counts =
        $"SELECT marketplace, state, count(*) AS count FROM seller_account a WHERE {Own} GROUP BY marketplace, state ORDER BY 1, 2;";

    private const string One = Account + $"""
         WHERE a.id = @id AND {Own};
        SELECT c.marketplace, c.state, c.count FROM seller_account a CROSS JOIN LATERAL ({Counted}) c
        WHERE a.id = @id AND c.count <> 0 AND {Own};
        SELECT at, state, evidence, raw FROM account_event WHERE account_id = @id ORDER BY at DESC, id DESC LIMIT 100;
        SELECT given_on, until, evidence, recorded_by, revoked_on FROM mandate
        WHERE account_id = @id AND (@own::bigint IS NULL OR producer_id = @own OR producer_id IS NULL) ORDER BY given_on DESC, id DESC;
        """;

    /// <param name="after">Id of the last shop of the page before.</param>
    public Task<AccountPage> ListAsync(
        string? marketplace, string? state, long? after, DateOnly today, CancellationToken cancellationToken) => database.ReadAsync(
            Page + Counts,
            new { marketplace, state, after, today, limit = PageSize + 1 },
            async grid =>
            {
                var rows = (await grid.ReadAsync<AccountRow>()).AsList();
                var counts = (await grid.ReadAsync<AccountStateCount>()).AsList();
                return rows.Count > PageSize
                    ? new AccountPage(rows[..PageSize], counts, rows[PageSize - 1].Id)
                    : new AccountPage(rows, counts, null);
            },
            cancellationToken);

    public Task<AccountDetail?> OneAsync(long id, DateOnly today, CancellationToken cancellationToken) => database.ReadAsync(
        One,
        new { id, today },
        async grid =>
        {
            var account = await grid.ReadSingleOrDefaultAsync<AccountRow>();
            var states = (await grid.ReadAsync<StateCount>()).AsList();
            var events = (await grid.ReadAsync<AccountEvent>()).AsList();
            var mandates = (await grid.ReadAsync<MandateRow>()).AsList();
            return account is null ? null : new AccountDetail(account, states, events, mandates);
        },
        cancellationToken);
}
