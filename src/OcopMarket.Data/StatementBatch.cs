using System.Collections.Concurrent;
using System.Reflection;
using Dapper;
using Npgsql;

namespace OcopMarket.Data;

/// <summary>Statements of one transaction that go to the server in one round trip. They run in the order they were added, each in a snapshot of
/// its own: a look that stands behind a lock sees what was committed while the lock was waited for.</summary>
internal sealed class StatementBatch
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> _properties = new();
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction? _transaction;
    private readonly List<NpgsqlBatchCommand> _commands = [];

    public StatementBatch(NpgsqlTransaction transaction) => (_connection, _transaction) = (transaction.Connection!, transaction);

    /// <summary>The batch is a transaction of its own, committed in the same round trip: all of it or nothing.</summary>
    public StatementBatch(NpgsqlConnection connection) => _connection = connection;

    /// <param name="sql">One statement; parameters by name.</param>
    /// <param name="parameters">An object whose properties bear the names.</param>
    public StatementBatch Add(string sql, object? parameters = null)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var property in parameters is null ? [] : _properties.GetOrAdd(parameters.GetType(), t => t.GetProperties()))
        {
            command.Parameters.Add(new NpgsqlParameter(property.Name, property.GetValue(parameters) ?? DBNull.Value));
        }

        _commands.Add(command);
        return this;
    }

    /// <summary>The driver takes a statement for prepared that the server does not have (it may lose count when an earlier batch failed while its
    /// statements were being prepared). Nothing of the batch was done, and the line is mended: it can be sent again.</summary>
    public static bool IsForgotten(PostgresException e) => e.SqlState == PostgresErrorCodes.InvalidSqlStatementName;

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        if (_commands.Count == 0)
        {
            return;
        }

        try
        {
            await using var batch = Build();
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (IsForgotten(e))
        {
            await MendAsync(_connection, _transaction);
            throw;
        }
    }

    /// <summary>For batches with statements that return rows.</summary>
    public async Task<BatchRows> ReadAsync(CancellationToken cancellationToken)
    {
        var batch = Build();
        try
        {
            return new(_connection, _transaction, batch, await batch.ExecuteReaderAsync(cancellationToken));
        }
        catch (PostgresException e) when (IsForgotten(e))
        {
            await batch.DisposeAsync();
            await MendAsync(_connection, _transaction);
            throw;
        }
    }

    /// <summary>Driver and server begin anew: nothing is prepared. The transaction is over, as it was when its batch failed.</summary>
    internal static async Task MendAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction)
    {
        if (transaction is not null)
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }

        connection.UnprepareAll();
    }

    private NpgsqlBatch Build()
    {
        var batch = new NpgsqlBatch(_connection, _transaction);
        _commands.ForEach(batch.BatchCommands.Add);
        return batch;
    }
}

/// <summary>The rows that a batch returns, statement by statement; those that return none are passed over.</summary>
internal sealed class BatchRows(NpgsqlConnection connection, NpgsqlTransaction? transaction, NpgsqlBatch batch, NpgsqlDataReader reader) : IAsyncDisposable
{
    private bool _isForgotten;

    public async Task<List<T>> NextAsync<T>(CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var parse = reader.GetRowParser<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(parse(reader));
        }

        try
        {
            await reader.NextResultAsync(cancellationToken);
        }
        catch (PostgresException e) when (StatementBatch.IsForgotten(e))
        {
            _isForgotten = true;
            throw;
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await batch.DisposeAsync();
        if (_isForgotten)
        {
            await StatementBatch.MendAsync(connection, transaction);
        }
    }
}
