using Dapper;
using Npgsql;

namespace OcopMarket.App.Cli;

/// <summary>What <c>status</c> reads beside the counts that the demo reads too.</summary>
internal static class StatusQueries
{
    private const string Pulls = """
        SELECT s.key AS source, r.id AS run, r.started_at, r.started_by, r.rows_read, r.rows_expected
        FROM source_run r JOIN source s ON s.id = r.source_id WHERE r.state = 'running' ORDER BY r.started_at
        """;

    private const string Tasks = """
        SELECT count(*) FILTER (WHERE state = 'due') AS due, count(*) FILTER (WHERE state = 'due' AND due_at <= now()) AS overdue,
               min(due_at) FILTER (WHERE state = 'due') AS oldest_due_at, count(*) FILTER (WHERE state = 'leased') AS leased,
               count(*) FILTER (WHERE state = 'unknown') AS unknown, count(*) FILTER (WHERE state = 'dead') AS dead
        FROM listing_task WHERE state <> 'idle'
        """;

    private const string Unread = """
        SELECT marketplace, count(*) AS shops, min(unswept_since) AS since, count(*) FILTER (WHERE state NOT IN ('active', 'dormant')) AS closed
        FROM seller_account WHERE unswept_since IS NOT NULL AND external_id IS NOT NULL GROUP BY marketplace ORDER BY marketplace
        """;

    public static async Task<StatusReport> ReadAsync(Installation installation, CancellationToken cancellationToken)
    {
        var queries = installation.Queries;
        await using var connection = await installation.Database.Worker.OpenConnectionAsync(cancellationToken);
        return new(
            installation.Mode,
            await queries.CatalogueAsync(cancellationToken),
            await queries.CountersAsync(cancellationToken),
            await queries.AccountsAsync(cancellationToken),
            await queries.IssuesAsync(cancellationToken),
            await PullsAsync(connection, cancellationToken),
            await connection.QuerySingleAsync<TaskCounts>(new CommandDefinition(Tasks, cancellationToken: cancellationToken)),
            [.. await connection.QueryAsync<UnreadShops>(new CommandDefinition(Unread, cancellationToken: cancellationToken))]);
    }

    private static async Task<IReadOnlyList<RunningPull>> PullsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<RunningPull>(new CommandDefinition(Pulls, cancellationToken: cancellationToken))];
}
