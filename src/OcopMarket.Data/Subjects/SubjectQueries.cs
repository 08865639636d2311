using Dapper;
using Npgsql;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Subjects;

/// <summary>Requests about stored data, as far as the one who asks may see them.</summary>
public sealed class SubjectQueries(ReadingDatabase database)
{
    public const int PageSize = 50;

    internal const string Columns = """
        r.id, r.kind, r.producer_id, r.account_id, r.removed_unit, r.parent_id, r.evidence, r.asked_on, r.recorded_by, r.recorded_key, r.recorded_at,
        r.answer_by, r.done_by, r.answered_at, r.approved_by, r.approved_at, r.step, r.began_at, r.ended_at, r.ended_reason, r.removed::text,
        r.left_over::text,
        coalesce(p.name, a.owner_name, (SELECT u.name FROM admin_unit u WHERE u.code = r.removed_unit AND u.valid_to IS NULL LIMIT 1)) AS name
        """;

    private const string From = """
        FROM subject_request r LEFT JOIN producer p ON p.id = r.producer_id LEFT JOIN seller_account a ON a.id = r.account_id
        """;

    /// <summary>What is open first, the nearest day first; parts of a removal stand with it.</summary>
    private const string Page = $"""
        SELECT {Columns} {From} WHERE r.parent_id IS NULL AND (@own::bigint IS NULL OR r.producer_id = @own)
        ORDER BY r.ended_at IS NOT NULL AND r.left_over = '[]', CASE WHEN r.ended_at IS NULL THEN r.done_by END, r.id DESC LIMIT @limit OFFSET @skip
        """;

    private const string One = $"""
        SELECT {Columns},
            (SELECT count(*)::int FROM listing l WHERE l.producer_id = r.producer_id AND l.external_id IS NOT NULL AND l.seen IS DISTINCT FROM 'removed') AS standing,
            (SELECT count(*)::int FROM subject_request c WHERE c.parent_id = r.id) AS parts,
            (SELECT count(*)::int FROM subject_request c WHERE c.parent_id = r.id AND c.ended_at IS NOT NULL) AS parts_done
        {From} WHERE r.id = @id AND (@own::bigint IS NULL OR r.producer_id = @own)
        """;

    /// <summary>Row security counts: only who sees the unit asks.</summary>
    private const string WouldGo = """
        SELECT (SELECT count(*) FROM producer p WHERE coalesce(p.unit_now, p.unit_code) = @unit OR coalesce(p.unit_now, p.unit_code) IN (
                    SELECT code FROM admin_unit WHERE parent_code = @unit AND valid_to IS NULL))
             + (SELECT count(*) FROM seller_account a WHERE a.producer_id IS NULL AND a.owner_name IS NOT NULL AND (a.unit_code = @unit OR a.unit_code IN (
                    SELECT code FROM admin_unit WHERE parent_code = @unit AND valid_to IS NULL)))
        """;

    private const string All = $"""
        SELECT {Columns} {From} WHERE @all OR r.ended_at IS NULL OR r.left_over <> '[]'
        ORDER BY r.ended_at IS NOT NULL, CASE WHEN r.ended_at IS NULL THEN r.done_by END, r.id DESC LIMIT 1000
        """;

    /// <summary>For commands. The nearest day first, at most 1,000.</summary>
    /// <param name="all">Also those that are done.</param>
    public static async Task<IReadOnlyList<SubjectRequest>> AllAsync(NpgsqlTransaction transaction, bool all, CancellationToken cancellationToken) =>
        [.. await transaction.Connection!.QueryAsync<SubjectRequest>(new CommandDefinition(All, new { all }, transaction, cancellationToken: cancellationToken))];

    /// <returns>One more than a page where there are more.</returns>
    public async Task<IReadOnlyList<SubjectRequest>> ListAsync(int page, CancellationToken cancellationToken) =>
        await database.QueryAsync<SubjectRequest>(Page, new { limit = PageSize + 1, skip = (page - 1) * PageSize }, cancellationToken);

    public async Task<SubjectRequest?> OneAsync(long id, CancellationToken cancellationToken)
    {
        var request = await database.FirstAsync<SubjectRequest>(One, new { id }, cancellationToken);
        return request is { RemovedUnit: { } unit, Step: "open" }
            ? request with { WouldGo = (int)await database.FirstAsync<long>(WouldGo, new { unit }, cancellationToken) } : request;
    }
}
