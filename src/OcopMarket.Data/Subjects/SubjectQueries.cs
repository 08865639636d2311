using Dapper;
using Npgsql;

namespace OcopMarket.Data.Subjects;

/// <summary>Requests about stored data.</summary>
public static class SubjectQueries
{
    /// <summary>A request r as <see cref="SubjectRequest"/>.</summary>
    internal const string Rows = """
        SELECT r.id, r.kind, r.producer_id, r.account_id, r.removed_unit, r.parent_id, r.evidence, r.asked_on, r.recorded_by, r.recorded_key,
            r.answer_by, r.done_by, r.answered_at, r.approved_by, r.approved_at, r.step, r.began_at, r.ended_at, r.ended_reason, r.removed::text,
            r.left_over::text,
            coalesce(p.name, a.owner_name, (SELECT u.name FROM admin_unit u WHERE u.code = r.removed_unit AND u.valid_to IS NULL LIMIT 1)) AS name
        FROM subject_request r LEFT JOIN producer p ON p.id = r.producer_id LEFT JOIN seller_account a ON a.id = r.account_id
        """;

    private const string All = $"""
        {Rows}
        WHERE @all OR r.ended_at IS NULL OR r.left_over <> '[]'
        ORDER BY r.ended_at IS NOT NULL, CASE WHEN r.ended_at IS NULL THEN r.done_by END, r.id DESC LIMIT 1000
        """;

    /// <summary>The nearest day first, at most 1,000.</summary>
    /// <param name="all">Also those that are done.</param>
    public static async Task<IReadOnlyList<SubjectRequest>> AllAsync(NpgsqlTransaction transaction, bool all, CancellationToken cancellationToken) =>
        [.. await transaction.Connection!.QueryAsync<SubjectRequest>(new CommandDefinition(All, new { all }, transaction, cancellationToken: cancellationToken))];
}
