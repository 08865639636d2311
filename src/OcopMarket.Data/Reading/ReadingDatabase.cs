using Dapper;
using Npgsql;

namespace OcopMarket.Data.Reading;

/// <summary>Where pages read from. Lists sort as Vietnamese people sort; a server built without ICU sorts by its default instead.</summary>
public sealed class ReadingDatabase(NpgsqlDataSource dataSource)
{
    /// <summary>How statements name the order; replaced where the server lacks it.</summary>
    private const string Vietnamese = "\"vi-x-icu\"";
    private const string HasVietnamese = "SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu')";

    private bool? _hasVietnamese;

    internal async Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var command = await CommandAsync(connection, sql, parameters, cancellationToken);
        return (await connection.QueryAsync<T>(command)).AsList();
    }

    internal async Task<T?> FirstAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<T>(await CommandAsync(connection, sql, parameters, cancellationToken));
    }

    /// <summary>Several statements in one round trip, read in their order.</summary>
    internal async Task<T> ReadAsync<T>(
        string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var grid = await connection.QueryMultipleAsync(await CommandAsync(connection, sql, parameters, cancellationToken));
        return await read(grid);
    }

    private async Task<CommandDefinition> CommandAsync(
        NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken)
    {
        _hasVietnamese ??= await connection.ExecuteScalarAsync<bool>(new CommandDefinition(HasVietnamese, cancellationToken: cancellationToken));
        var text = _hasVietnamese.Value ? sql : sql.Replace(Vietnamese, "\"default\"", StringComparison.Ordinal);
        return new(text, parameters, cancellationToken: cancellationToken);
    }
}
