using Dapper;
using Npgsql;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Sync;

/// <summary>What the mass-change guard keeps back, and its release once two people agreed to it (<see cref="HoldDecisions"/>).</summary>
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

    /// <summary>Lets go what two people agreed to, page by page; after an interruption the next call goes on. Any number of workers at once.</summary>
    /// <returns>Items released.</returns>
    public async Task<int> ReleaseApprovedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var released = 0;
        foreach (var hold in await connection.QueryAsync<long>(new CommandDefinition(GuardSql.Approved, cancellationToken: cancellationToken)))
        {
            int page;
            do
            {
                page = await PageAsync(connection, hold, cancellationToken);
                released += page;
            }
            while (page > 0 || !await CloseAsync(connection, hold, cancellationToken));
        }

        return released;
    }

    private async Task<int> PageAsync(NpgsqlConnection connection, long hold, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(
            GuardSql.Page, new { hold, limit = PageSize }, transaction, cancellationToken: cancellationToken))).ToArray();
        await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
        var released = (await connection.QueryAsync<long>(
            new CommandDefinition(GuardSql.Release, new { hold, ids }, transaction, cancellationToken: cancellationToken))).ToArray();
        await reconciler.ReconcileAsync(transaction, released, cancellationToken);
        if (released.Length > 0 && await AgreedAsync(transaction, hold, cancellationToken) is { } agreed) // not already by another worker
        {
            await WriteAsync(transaction, agreed, "hold.items", new { hold, held = released }, new { hold, released, agreed.Reason }, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return released.Length;
    }

    /// <summary>Locked first: who adds to the hold this moment is seen by the next statement. What came after the two people looked waits for
    /// people again.</summary>
    /// <returns>False: there is more of what was agreed to.</returns>
    private static async Task<bool> CloseAsync(NpgsqlConnection connection, long hold, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<long?>(new CommandDefinition(GuardSql.Lock, new { hold }, transaction, cancellationToken: cancellationToken)) is null
            || await AgreedAsync(transaction, hold, cancellationToken) is not { } agreed)
        {
            return true; // another worker closed it
        }

        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(GuardSql.IsDone, new { hold }, transaction, cancellationToken: cancellationToken)))
        {
            return false;
        }

        if (await connection.ExecuteAsync(new CommandDefinition(
            GuardSql.Close, new { hold, by = agreed.Names, reason = agreed.Reason }, transaction, cancellationToken: cancellationToken)) == 1)
        {
            await WriteAsync(transaction, agreed, "hold.release", new { hold, open = true }, new { hold, open = false, agreed.Reason }, cancellationToken);
        }
        else
        {
            await connection.ExecuteAsync(new CommandDefinition(GuardSql.TakeBack, new { hold }, transaction, cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static Task<Agreed?> AgreedAsync(NpgsqlTransaction transaction, long hold, CancellationToken cancellationToken) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<Agreed>(
            new CommandDefinition(GuardSql.Agreed, new { hold }, transaction, cancellationToken: cancellationToken));

    private static Task WriteAsync(
        NpgsqlTransaction transaction, Agreed agreed, string action, object before, object after, CancellationToken cancellationToken) =>
        AuditLog.WriteAsync(transaction, new(new(agreed.Keys, "worker"), action) { Before = before, After = after }, cancellationToken);

    /// <param name="Keys">Both people, as the audit names them.</param>
    private sealed record Agreed(long Id, string Names, string Keys, string Reason);
}
