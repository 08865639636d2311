using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Sync;

public enum Decision { Ours, Theirs, Replayed }

/// <summary>A listing about which a person must decide.</summary>
/// <param name="Code">drift or quarantined.</param>
/// <param name="Field">price, stock or state.</param>
public sealed record UndecidedListing(
    long ListingId, string Marketplace, string Product, string Code, string Field, decimal? DesiredPrice, decimal? SeenPrice, int? DesiredStock,
    int? SeenStock, string? Seen, DateTime OpenedAt);

/// <summary>What people decide about single listings: whose version of a difference stays, and that what was set aside is tried again. Who
/// and why is kept in the listing's history.</summary>
public sealed class StaffDecisions(NpgsqlDataSource dataSource, ListingReconciler reconciler)
{
    private const int PageSize = 500;

    public static async Task<IReadOnlyList<UndecidedListing>> WaitingAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<UndecidedListing>(
            new CommandDefinition(DriftSql.Waiting, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Listings whose price differs from ours since the database was put back to an older backup.</summary>
    public static async Task<IReadOnlyList<long>> SinceRestoreAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<long>(
            new CommandDefinition(DriftSql.SinceRestore, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>The listings to which the decision applied: of the others nothing waits that it could decide.</returns>
    public async Task<IReadOnlyList<long>> DecideAsync(
        Decision decision, IReadOnlyList<long> listings, Actor by, string reason, CancellationToken cancellationToken)
    {
        var decided = new List<long>();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var page in listings.Distinct().Order().Chunk(PageSize))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ListingReconciler.LockAsync(transaction, page, cancellationToken);
            var sql = decision switch
            {
                Decision.Ours => DriftSql.KeepOurs,
                Decision.Theirs => DriftSql.KeepTheirs,
                Decision.Replayed => DriftSql.Replay,
                _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
            };
            var ids = (await connection.QueryAsync<long>(new CommandDefinition(
                sql, new { ids = page }, transaction, cancellationToken: cancellationToken))).Distinct().ToArray();
            var told = new StatementBatch(transaction).Add(DriftSql.Decided, new { ids, what = Words.Of(decision), by = by.Name, reason });
            await reconciler.ReconcileAsync(transaction, ids, cancellationToken, told);
            if (ids.Length > 0)
            {
                await AuditLog.WriteAsync(
                    transaction, new(by, "listing.decide") { After = new { decision = Words.Of(decision), listings = ids, reason } }, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            decided.AddRange(ids);
        }

        return decided;
    }
}
