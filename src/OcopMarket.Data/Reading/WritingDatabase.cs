using System.Data;
using System.Globalization;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Reading;

/// <summary>Where pages write: a transaction that has said whose rows it is about, and who asks. What it does outside of that scope meets no row, or is
/// refused by the database.</summary>
public sealed class WritingDatabase(PortalDatabase portal, IReaderScope reader)
{
    /// <summary>Committed when <paramref name="write"/> comes back, and nothing of it is kept when it throws.</summary>
    public Task<T> WriteAsync<T>(Func<NpgsqlTransaction, Task<T>> write, CancellationToken cancellationToken) =>
        WriteAsync(write, IsolationLevel.ReadCommitted, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{NpgsqlTransaction, Task{T}}, CancellationToken)"/>
    public async Task<T> WriteAsync<T>(Func<NpgsqlTransaction, Task<T>> write, IsolationLevel isolation, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);
        var person = reader.Person?.ToString(CultureInfo.InvariantCulture) ?? "";
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT set_config('app.scope', @scope, true), set_config('app.person', @person, true)", new { scope = reader.Current.Text, person }, transaction,
            cancellationToken: cancellationToken));
        var result = await write(transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>One statement, or several of which the last one answers. May use <c>@own</c>, as <see cref="ReadingDatabase"/> says.</summary>
    internal Task<T?> FirstAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        var scoped = new DynamicParameters(parameters);
        scoped.Add("own", reader.Current.ProducerId, DbType.Int64);
        return WriteAsync(
            transaction => transaction.Connection!.QueryFirstOrDefaultAsync<T>(
                new CommandDefinition(sql, scoped, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }
}
