using Dapper;
using Npgsql;

namespace OcopMarket.Data.Audit;

/// <summary>Seals what was written down, in order, and keeps the head of each day. Workers only: who serves pages has no key.</summary>
public sealed class AuditSealer(NpgsqlDataSource dataSource, AuditChain chain)
{
    /// <summary>The key is made where nothing is sealed yet.</summary>
    /// <exception cref="Vault.VaultException">Missing, damaged, or readable for others.</exception>
    public async Task RequireKeyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        chain.File.Ensure(mayCreate: !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(AuditSql.HasSeals, cancellationToken: cancellationToken)));
    }

    /// <returns>Rows sealed; 0 also when somebody else is at it.</returns>
    public async Task<int> SealAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(AuditSql.Alone, transaction: transaction, cancellationToken: cancellationToken)))
        {
            return 0;
        }

        var rows = (await connection.QueryAsync<AuditRow>(
            new CommandDefinition(AuditSql.Unsealed, new { limit }, transaction, cancellationToken: cancellationToken))).AsList();
        if (rows.Count == 0)
        {
            return 0;
        }

        var last = await connection.QuerySingleOrDefaultAsync<AuditRow>(new CommandDefinition(AuditSql.Last, transaction: transaction, cancellationToken: cancellationToken));
        var (seq, mac) = (last?.Seq ?? 0, last?.Mac ?? []);
        var sealedAt = (await connection.ExecuteScalarAsync<string>(new CommandDefinition(AuditSql.Now, transaction: transaction, cancellationToken: cancellationToken)))!;
        var key = chain.Key();
        var macs = rows.ConvertAll(row => mac = AuditChain.Mac(key, mac, ++seq, sealedAt, row));
        var seqs = Enumerable.Range(0, rows.Count).Select(i => seq - rows.Count + 1 + i).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(
            AuditSql.Seal, new { sealedAt, seqs, ids = rows.Select(r => r.AuditId).ToArray(), macs = macs.ToArray() }, transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return rows.Count;
    }

    /// <returns>The head of this day, once a day and when there is one.</returns>
    public async Task<AuditHead?> KeepHeadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<AuditRow>(
            new CommandDefinition(AuditSql.KeepHead, new { day }, cancellationToken: cancellationToken)) is { } row
            ? new(row.Seq!.Value, row.Mac!)
            : null;
    }
}
