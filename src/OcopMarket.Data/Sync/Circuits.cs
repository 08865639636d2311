using Dapper;
using Npgsql;
using OcopMarket.Core;

namespace OcopMarket.Data.Sync;

/// <summary>Whether a platform answers at all, shared by all workers. After <see cref="Threshold"/> calls in a row without a usable answer
/// its circuit is open: no shop of it is claimed until a while later, and then one at a time until a call succeeds. Work waits; nothing
/// fails for it. Where every shop is a host of its own there is none: one that is away says nothing of the others.</summary>
/// <param name="ownShops">Platforms of such shops; null: none.</param>
public sealed class Circuits(NpgsqlDataSource dataSource, IReadOnlySet<string>? ownShops = null)
{
    /// <summary>Single lost answers are an everyday matter; so many in a row are an outage.</summary>
    public const int Threshold = 10;

    private const string Allow = """
        WITH probe AS (
            UPDATE circuit SET open_until = clock_timestamp() + interval '5 s'
            WHERE marketplace = @marketplace AND failures >= @threshold AND open_until <= now() AND EXISTS (
                SELECT FROM account_queue WHERE marketplace = @marketplace AND next_at <= now() AND held_until <= now())
            RETURNING 1)
        SELECT CASE WHEN coalesce((SELECT failures FROM circuit WHERE marketplace = @marketplace), 0) < @threshold THEN @places
                    ELSE (SELECT count(*)::int FROM probe) END
        """;

    private const string Open = """
        SELECT marketplace FROM circuit WHERE failures >= @threshold AND open_until > now()
        """;

    private const string Fail = """
        INSERT INTO circuit AS c (marketplace, failures, since, last_code) VALUES (@marketplace, 1, clock_timestamp(), @code)
        ON CONFLICT (marketplace) DO UPDATE SET
            failures = c.failures + 1, last_code = excluded.last_code, since = CASE WHEN c.failures = 0 THEN clock_timestamp() ELSE c.since END,
            open_until = CASE WHEN c.failures + 1 >= @threshold
                THEN clock_timestamp() + least(interval '1 s' * 2 ^ least(c.failures + 1 - @threshold, 10), interval '30 s') ELSE c.open_until END
        """;

    private const string Succeed = """
        UPDATE circuit SET failures = 0, open_until = '-infinity', since = NULL, last_code = NULL
        WHERE marketplace = @marketplace AND failures > 0
        """;

    /// <returns>How many shops of the platform may be begun now: as many as there are places, one to try, or none.</returns>
    public async Task<int> AllowAsync(string marketplace, int places, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            Allow, new { marketplace, places, threshold = Threshold }, cancellationToken: cancellationToken));
    }

    /// <summary>Platforms that do not answer at present: who only reads leaves them alone for as long, and then may find out as well.</summary>
    public async Task<IReadOnlyList<string>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(
            new CommandDefinition(Open, new { threshold = Threshold }, cancellationToken: cancellationToken))];
    }

    /// <summary>A call ended with an answer that can be read, or without one.</summary>
    /// <param name="code">Why there was none; null: there was one, be it a refusal.</param>
    public async Task ReportAsync(string marketplace, string? code, CancellationToken cancellationToken)
    {
        if (ownShops?.Contains(marketplace) == true)
        {
            return;
        }

        var sql = Sabotage.Circuit ? "SELECT 1" : code is null ? Succeed : Fail;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            sql, new { marketplace, code, threshold = Threshold }, cancellationToken: cancellationToken));
    }
}
