using System.Data;
using System.Globalization;
using Dapper;

namespace OcopMarket.Data.Reading;

/// <summary>Where pages read from: the one place that says, in every transaction, whose rows are asked for. Lists sort as Vietnamese people
/// sort; a server built without ICU sorts by its default instead. Every statement may use <c>@own</c>, the producer of a business that asks,
/// null for everybody else: the index then finds its rows, and it sees no others even where the database's own rules were switched off.</summary>
public sealed class ReadingDatabase(PortalDatabase portal, IReaderScope reader)
{
    /// <summary>How statements name the order; replaced where the server lacks it.</summary>
    private const string Vietnamese = "\"vi-x-icu\"";
    private const string HasVietnamese = "SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu')";

    /// <summary>Sent with the statements in one round trip, which is one transaction: what it sets ends with it, so that nothing of one
    /// person's is left on the connection for the next.</summary>
    private const string SetScope = "SELECT set_config('app.scope', @app_scope, true);\n";

    /// <summary>The same with the longest time of each statement that follows.</summary>
    private const string SetScopeAndTime =
        "SELECT set_config('app.scope', @app_scope, true), set_config('statement_timeout', @app_longest, true);\n";

    private bool? _hasVietnamese;

    internal Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(sql, parameters, async grid => (await grid.ReadAsync<T>()).AsList(), cancellationToken);

    internal Task<T?> FirstAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(sql, parameters, grid => grid.ReadFirstOrDefaultAsync<T>(), cancellationToken);

    /// <summary>Several statements in one round trip, read in their order.</summary>
    internal async Task<T> ReadAsync<T>(
        string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        _hasVietnamese ??= await connection.ExecuteScalarAsync<bool>(new CommandDefinition(HasVietnamese, cancellationToken: cancellationToken));
        var text = _hasVietnamese.Value ? sql : sql.Replace(Vietnamese, "\"default\"", StringComparison.Ordinal);
        var scoped = new DynamicParameters(parameters);
        scoped.Add("app_scope", reader.Current.Text);
        scoped.Add("own", reader.Current.ProducerId, DbType.Int64);
        var begin = SetScope;
        if (reader.Longest is { } longest)
        {
            begin = SetScopeAndTime;
            scoped.Add("app_longest", ((long)longest.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        await using var grid = await connection.QueryMultipleAsync(
            new CommandDefinition(begin + text, scoped, cancellationToken: cancellationToken));
        await grid.ReadSingleAsync<string>();
        return await read(grid);
    }
}
