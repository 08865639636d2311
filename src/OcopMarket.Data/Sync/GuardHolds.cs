using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Sync;

/// <param name="Kind">price, zero_stock or stop.</param>
/// <param name="Source">Key of the source whose rows changed so; null for stops and for edits by hand.</param>
/// <param name="Total">Items on sale of the source, or in the shop, when it was opened; null for prices.</param>
public sealed record GuardHold(
    long Id, string Kind, string? Source, string? Marketplace, string? Shop, DateTime OpenedAt, int? Total, long Items);

/// <param name="Was">VND or units; null for a stop.</param>
public sealed record GuardHoldLine(long HoldId, long ListingId, string Marketplace, string Product, decimal? Was, decimal? Becomes);

/// <summary>What the mass-change guard keeps back, and its release by a person.</summary>
public sealed class GuardHolds(NpgsqlDataSource dataSource, ListingReconciler reconciler)
{
    private const int PageSize = 500;

    /// <param name="lines">Items told of each hold.</param>
    public static async Task<(IReadOnlyList<GuardHold> Holds, ILookup<long, GuardHoldLine> Lines)> ListAsync(
        NpgsqlDataSource dataSource, int lines, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(
            new CommandDefinition($"{GuardSql.List};{GuardSql.Lines}", new { lines }, cancellationToken: cancellationToken));
        var holds = (await results.ReadAsync<GuardHold>()).AsList();
        return (holds, (await results.ReadAsync<GuardHoldLine>()).ToLookup(l => l.HoldId));
    }

    /// <summary>Lets a hold go, page by page; after an interruption the same call goes on.</summary>
    /// <returns>Items released; null when there is no such open hold.</returns>
    public async Task<int?> ReleaseAsync(long hold, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(GuardSql.IsOpen, new { hold }, cancellationToken: cancellationToken)))
        {
            return null;
        }

        var released = 0;
        while (true)
        {
            var page = await PageAsync(connection, hold, by, reason, cancellationToken);
            released += page;
            if (page == 0 && await CloseAsync(connection, hold, by, reason, cancellationToken))
            {
                return released;
            }
        }
    }

    private async Task<int> PageAsync(
        NpgsqlConnection connection, long hold, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(
            GuardSql.Page, new { hold, limit = PageSize }, transaction, cancellationToken: cancellationToken))).ToArray();
        await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(GuardSql.Release, new { hold, ids }, transaction, cancellationToken: cancellationToken));
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken);
        if (ids.Length > 0)
        {
            await AuditLog.WriteAsync(
                transaction, new(by, "hold.items") { Before = new { hold, held = ids }, After = new { hold, released = ids, reason } }, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return ids.Length;
    }

    // Locked first: who adds to the hold this moment is seen by the next statement, and those items get their page.
    private static async Task<bool> CloseAsync(
        NpgsqlConnection connection, long hold, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(GuardSql.Lock, new { hold }, transaction, cancellationToken: cancellationToken));
        var closed = await connection.ExecuteAsync(
            new CommandDefinition(GuardSql.Close, new { hold, by = by.Name, reason }, transaction, cancellationToken: cancellationToken));
        if (closed == 1)
        {
            await AuditLog.WriteAsync(transaction, new(by, "hold.release") { Before = new { hold, open = true }, After = new { hold, open = false, reason } }, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return closed == 1;
    }
}
