using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sync;

/// <summary>What platforms told us, kept once by the hash of the body, and the reading it causes, in one transaction.</summary>
public sealed class WebhookReceipts(NpgsqlDataSource dataSource)
{
    private const string Keep = """
        INSERT INTO webhook_receipt (marketplace, body_hash, hints) VALUES (@marketplace, @hash, @count)
        ON CONFLICT (marketplace, body_hash) DO NOTHING RETURNING 1
        """;

    /// <returns>False: the same body came before; nothing more is done.</returns>
    public async Task<bool> KeepAsync(
        string marketplace, string hash, IReadOnlyList<(string Shop, string Sku)> items, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isNew = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            Keep, new { marketplace, hash, count = items.Count }, transaction, cancellationToken: cancellationToken)) == 1;
        if (isNew)
        {
            await StatusReads.HintAsync(transaction, marketplace, items, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return isNew;
    }
}
