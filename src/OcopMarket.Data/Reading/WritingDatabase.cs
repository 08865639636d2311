using Dapper;
using Npgsql;

namespace OcopMarket.Data.Reading;

/// <summary>Where pages write: a transaction that has said whose rows it is about. What it does outside of that scope meets no row, or is
/// refused by the database.</summary>
public sealed class WritingDatabase(PortalDatabase portal, IReaderScope reader)
{
    /// <summary>Committed when <paramref name="write"/> comes back, and nothing of it is kept when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<NpgsqlTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT set_config('app.scope', @scope, true)", new { scope = reader.Current.Text }, transaction, cancellationToken: cancellationToken));
        var result = await write(transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
