using Dapper;

namespace OcopMarket.Data.Reading;

public sealed record StateCount(string Marketplace, string State, long Count);

public sealed record OwnerCount
{
    public string Owner { get; init; } = "";
    public long Count { get; init; }

    /// <summary>Of these, past their due date.</summary>
    public long Late { get; init; }
    public DateTimeOffset? NextDue { get; init; }
}

public sealed record SourceFreshness
{
    public string Key { get; init; } = "";
    public string Name { get; init; } = "";
    public string Kind { get; init; } = "";
    public long? RunId { get; init; }
    public string? RunState { get; init; }

    /// <summary>End of the last run that finished; null: never.</summary>
    public DateTimeOffset? LastDone { get; init; }
    public int Products { get; init; }
}

public sealed record CatalogueCounts(long Products, long Producers, long Accounts, long ProductsOnSale);

public sealed record Overview(
    IReadOnlyList<StateCount> States, IReadOnlyList<OwnerCount> Owners, IReadOnlyList<IssueGroup> Issues,
    IReadOnlyList<SourceFreshness> Sources, CatalogueCounts Catalogue);

/// <summary>What the first page shows, in one round trip.</summary>
public sealed class OverviewQueries(ReadingDatabase database)
{
    /// <summary>Counters know nothing of whose the listings are: who may not see all of them has his own counted.</summary>
    private const string States = """
        SELECT marketplace, state, sum(count)::bigint AS count FROM (
            SELECT marketplace, state, count FROM listing_count WHERE scope_is_all()
            UNION ALL SELECT marketplace, state, count(*) FROM listing WHERE NOT scope_is_all() AND (@own::bigint IS NULL OR producer_id = @own) GROUP BY marketplace, state) c
        GROUP BY marketplace, state HAVING sum(count) <> 0 ORDER BY marketplace, state;
        """;

    private const string Owners = """
        SELECT owner, count(*) AS count, count(*) FILTER (WHERE due_at < @now) AS late, min(due_at) FILTER (WHERE due_at >= @now) AS next_due
        FROM listing WHERE owner <> 'nobody' AND (@own::bigint IS NULL OR producer_id = @own) GROUP BY owner;
        """;

    private const string Sources = """
        SELECT s.key, s.name, s.kind, r.id AS run_id, r.state AS run_state, d.finished_at AS last_done, coalesce(n.products, 0)::int AS products
        FROM source s
        LEFT JOIN LATERAL (SELECT id, state FROM source_run WHERE source_id = s.id ORDER BY id DESC LIMIT 1) r ON true
        LEFT JOIN LATERAL (SELECT max(finished_at) AS finished_at FROM source_run WHERE source_id = s.id AND state = 'done') d ON true
        LEFT JOIN (SELECT source_id, count(DISTINCT product_id) AS products FROM source_row
                   WHERE gone_at IS NULL AND (@own::bigint IS NULL OR producer_id = @own) GROUP BY source_id) n
            ON n.source_id = s.id
        WHERE s.kind <> 'portal'
        ORDER BY s.name COLLATE "vi-x-icu";
        """;

    private const string Catalogue = $"""
        SELECT (SELECT count(*) FROM product WHERE gone_at IS NULL AND (@own::bigint IS NULL OR producer_id = @own)) AS products,
               (SELECT count(DISTINCT producer_id) FROM product WHERE gone_at IS NULL AND (@own::bigint IS NULL OR producer_id = @own)) AS producers,
               (SELECT count(*) FROM seller_account a WHERE {AccountQueries.Own}) AS accounts,
               (SELECT count(DISTINCT product_id) FROM listing
                WHERE state IN ('live', 'live_changing') AND (@own::bigint IS NULL OR producer_id = @own)) AS products_on_sale;
        """;

    public Task<Overview> GetAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        States + Owners + IssueQueries.Top + Sources + Catalogue,
        new { now },
        async grid => new Overview(
            (await grid.ReadAsync<StateCount>()).AsList(), (await grid.ReadAsync<OwnerCount>()).AsList(),
            (await grid.ReadAsync<IssueGroup>()).AsList(), (await grid.ReadAsync<SourceFreshness>()).AsList(),
            await grid.ReadSingleAsync<CatalogueCounts>()),
        cancellationToken);
}
