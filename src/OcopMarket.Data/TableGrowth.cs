using Dapper;
using Npgsql;

namespace OcopMarket.Data;

/// <summary>Has the database look anew at tables that grew much since it last did. Prepared statements keep the plan that was made for a
/// nearly empty table until then: after a first load each would read the whole table for a few rows. The database's own round comes too, but
/// up to minutes later.</summary>
public sealed class TableGrowth(NpgsqlDataSource dataSource)
{
    /// <summary>Below that many changed rows a wrong plan costs nothing.</summary>
    private const int Few = 1_000;

    private const string Grown = """
        SELECT format('%I.%I', s.schemaname, s.relname) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
        WHERE c.relpersistence = 'p' AND s.n_mod_since_analyze > @few AND s.n_mod_since_analyze > 0.5 * greatest(c.reltuples, 0)
        ORDER BY s.relid
        """;

    /// <summary>Only the owner of a table may; the function is his.</summary>
    private const string Look = "SELECT analyze_table(@table::regclass)";

    /// <summary>Cheap where nothing grew. A table that somebody else is looking at is left to him.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var table in await connection.QueryAsync<string>(new CommandDefinition(Grown, new { few = Few }, cancellationToken: cancellationToken)))
        {
            await connection.ExecuteAsync(new CommandDefinition(Look, new { table }, commandTimeout: 0, cancellationToken: cancellationToken));
        }
    }
}
