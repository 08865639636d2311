using System.Data;
using System.Globalization;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Data.Reading;

/// <param name="Rows">One more than a page has where there are more.</param>
/// <param name="Late">Of all that are open: past one of the law's days.</param>
public sealed record SubjectList(IReadOnlyList<SubjectRequest> Rows, int Open, int Late);

/// <summary>Somebody about whom data are stored: a producer, or a household outside the catalogue by its shop.</summary>
public sealed record SubjectFound
{
    public long? ProducerId { get; init; }
    public long? AccountId { get; init; }
    public string Name { get; init; } = "";
    public string? Place { get; init; }
}

/// <summary>What an erasure or removal would take: counts as of now.</summary>
public sealed record SubjectReach
{
    public long Producers { get; init; }
    public long Products { get; init; }
    public long Shops { get; init; }
    public long InShops { get; init; }
    public long People { get; init; }
}

/// <summary>Requests about stored data as the portal shows and writes them. An erasure is carried out by the workers.</summary>
public sealed class SubjectPortal(ReadingDatabase database, WritingDatabase writing)
{
    public const int PageSize = 50;

    private const string Own = "(@own::bigint IS NULL OR r.producer_id = @own)";

    /// <summary>The parts of a unit's removal stand on its own page, but where something of them is still to be done by hand, or the whole is not
    /// for this person to see.</summary>
    private const string List = $"""
        {SubjectQueries.Rows}
        WHERE {Own} AND (@all OR r.ended_at IS NULL OR r.left_over <> '[]')
          AND (r.parent_id IS NULL OR r.left_over <> '[]' OR NOT EXISTS (SELECT FROM subject_request w WHERE w.id = r.parent_id))
        ORDER BY r.ended_at IS NOT NULL, CASE WHEN r.ended_at IS NULL THEN r.done_by END, r.ended_at DESC, r.id DESC
        LIMIT @limit OFFSET @skip;
        SELECT count(*)::int AS open, count(*) FILTER (WHERE r.done_by <= @now OR (r.answered_at IS NULL AND r.answer_by <= @now))::int AS late
        FROM subject_request r WHERE {Own} AND r.ended_at IS NULL AND r.parent_id IS NULL;
        """;

    private const string One = $"""
        {SubjectQueries.Rows} WHERE r.id = @id AND {Own};
        SELECT step, count(*)::int AS count FROM subject_request r WHERE r.parent_id = @id AND {Own} GROUP BY step ORDER BY step;
        """;

    /// <summary>People of the portal are found by the scope that they were given.</summary>
    private const string Reach = """
        WITH r AS (SELECT producer_id, account_id, removed_unit FROM subject_request WHERE id = @id AND (@own::bigint IS NULL OR producer_id = @own)),
        units AS (
            SELECT u.code FROM r JOIN admin_unit u ON u.valid_to IS NULL AND (u.code = r.removed_unit OR u.parent_code = r.removed_unit)),
        who AS MATERIALIZED (
            SELECT producer_id AS id FROM r WHERE producer_id IS NOT NULL
            UNION SELECT p.id FROM producer p JOIN units u ON u.code = coalesce(p.unit_now, p.unit_code)),
        shops AS MATERIALIZED (
            SELECT a.id FROM seller_account a JOIN who ON who.id = a.producer_id
            UNION SELECT account_id FROM r WHERE account_id IS NOT NULL
            UNION SELECT a.id FROM seller_account a JOIN units u ON u.code = a.unit_code WHERE a.producer_id IS NULL AND a.owner_name IS NOT NULL)
        SELECT (SELECT count(*) FROM who) AS producers,
            (SELECT count(*) FROM product p JOIN who ON who.id = p.producer_id) AS products,
            (SELECT count(*) FROM shops) AS shops,
            (SELECT count(*) FROM listing l JOIN who ON who.id = l.producer_id
             WHERE l.external_id IS NOT NULL AND l.seen IS DISTINCT FROM 'removed') AS in_shops,
            (SELECT count(*) FROM identity.person i JOIN who ON i.scope = 'producer:' || who.id) AS people
        """;

    private const string Names = """
        p.id AS producer_id, NULL::bigint AS account_id, p.name, concat_ws(', ', p.commune, p.district, p.province) AS place FROM producer p
        """;

    private const string Households = """
        NULL::bigint AS producer_id, a.id AS account_id, a.owner_name AS name, concat_ws(', ', a.shop_name, (
            SELECT u.name FROM admin_unit u WHERE u.code = a.unit_code AND u.valid_to IS NULL LIMIT 1)) AS place
        FROM seller_account a WHERE a.producer_id IS NULL AND a.owner_name IS NOT NULL
        """;

    private const string Search = $"""
        (SELECT {Names} WHERE (@own::bigint IS NULL OR p.id = @own) AND (p.id = @number OR (@folded <> '' AND p.name_folded LIKE @pattern))
         ORDER BY p.name_folded, p.id LIMIT @limit)
        UNION ALL
        (SELECT {Households} AND @own::bigint IS NULL AND @typed <> '' AND position(lower(@typed) IN lower(a.owner_name)) > 0
         ORDER BY a.owner_name, a.id LIMIT @limit)
        """;

    private const string Chosen = $"""
        SELECT {Names} WHERE p.id = @producer AND (@own::bigint IS NULL OR p.id = @own)
        UNION ALL SELECT {Households} AND @own::bigint IS NULL AND a.id = @account
        """;

    /// <param name="all">Also those that are over.</param>
    /// <param name="page">From 0.</param>
    public Task<SubjectList> ListAsync(bool all, int page, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        List,
        new { all, now, limit = PageSize + 1, skip = page * PageSize },
        async grid =>
        {
            var rows = (await grid.ReadAsync<SubjectRequest>()).AsList();
            var (open, late) = await grid.ReadSingleAsync<(int, int)>();
            return new SubjectList(rows, open, late);
        },
        cancellationToken);

    /// <returns>The request and, of a unit's removal, how many parts of it stand at which step; null: there is none for whoever asks.</returns>
    public Task<(SubjectRequest Request, IReadOnlyList<(string Step, int Count)> Parts)?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            One,
            new { id },
            async grid =>
            {
                var request = await grid.ReadSingleOrDefaultAsync<SubjectRequest>();
                var parts = (await grid.ReadAsync<(string, int)>()).AsList();
                return request is null ? default((SubjectRequest, IReadOnlyList<(string, int)>)?) : (request, parts);
            },
            cancellationToken);

    public async Task<SubjectReach> ReachAsync(long id, CancellationToken cancellationToken) =>
        await database.FirstAsync<SubjectReach>(Reach, new { id }, cancellationToken) ?? new();

    /// <summary>Producers and households that bear a name like this, or the producer with this number; some twenty of each.</summary>
    public async Task<IReadOnlyList<SubjectFound>> SearchAsync(string text, CancellationToken cancellationToken)
    {
        var folded = VietnameseText.Fold(text);
        var number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null;
        return await database.QueryAsync<SubjectFound>(
            Search, new { folded, pattern = $"%{folded}%", typed = text, number, limit = 20 }, cancellationToken);
    }

    /// <returns>Null: there is nobody like that for whoever asks.</returns>
    public Task<SubjectFound?> ChosenAsync(long? producer, long? account, CancellationToken cancellationToken) =>
        database.FirstAsync<SubjectFound>(Chosen, new { producer, account }, cancellationToken);

    /// <returns>The request's number where it was written down.</returns>
    /// <exception cref="DayLimitException">Too many on this day.</exception>
    public Task<(SubjectOutcome Outcome, long? Id)> RecordAsync(
        NewSubjectRequest request, SubjectClocks clocks, DayLimit limit, Actor by, DateOnly today, CancellationToken cancellationToken) =>
        writing.WriteAsync(
            async transaction =>
            {
                var (outcome, id) = await SubjectDecisions.RecordAsync(transaction, request, clocks, by, cancellationToken);
                if (outcome == SubjectOutcome.Done)
                {
                    await DayUse.TakeAsync(transaction, limit, 0, today, cancellationToken);
                }

                return (outcome, id);
            },
            cancellationToken);

    public Task<SubjectOutcome> DecideAsync(Func<NpgsqlTransaction, Task<SubjectOutcome>> decide, CancellationToken cancellationToken) =>
        writing.WriteAsync(decide, cancellationToken);

    /// <summary>All that is stored, as of one moment, and the request is over. Row security narrows what is found.</summary>
    /// <param name="output">Holds the whole copy where the outcome is done, and is worth nothing otherwise.</param>
    /// <exception cref="DayLimitException">Too many on this day.</exception>
    public async Task<SubjectOutcome> CopyAsync(
        SubjectRequest request, RetentionPeriods periods, DayLimit limit, Actor by, DateTimeOffset now, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            return await writing.WriteAsync(
                async transaction =>
                {
                    // First of all: whoever asks for the same meanwhile waits, and meets a request that is over.
                    var outcome = await SubjectDecisions.HandOverAsync(transaction, request.Id, by, cancellationToken);
                    if (outcome != SubjectOutcome.Done)
                    {
                        return outcome;
                    }

                    await DayUse.TakeAsync(transaction, limit, 0, VietnamDay.Of(now), cancellationToken);
                    await SubjectCopy.WriteAsync(
                        transaction, request.ProducerId, request.AccountId, people: true, periods, now, output, cancellationToken);
                    return outcome;
                },
                IsolationLevel.RepeatableRead, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            return SubjectOutcome.Changed;
        }
    }
}
