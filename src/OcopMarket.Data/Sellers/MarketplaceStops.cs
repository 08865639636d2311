using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>A marketplace out of use.</summary>
public sealed record StoppedMarketplace
{
    public string Marketplace { get; init; } = "";
    public DateTime StoppedAt { get; init; }
    public string StoppedBy { get; init; } = "";
    public string Reason { get; init; } = "";

    /// <summary>Items of ours that may still be on sale there, as far as was read.</summary>
    public long Standing { get; init; }

    /// <summary>Of these, what a person must take off sale, because we may not act in the shop or the platform did not let us.</summary>
    public long ByHand { get; init; }
}

/// <summary>Marketplaces that an admin takes out of use: nothing is put on sale there, and <see cref="ShopLeaves"/> takes off what is. Shops and
/// their logins stay, so that the marketplace can come back.</summary>
public sealed class MarketplaceStops(NpgsqlDataSource dataSource)
{
    public async Task<IReadOnlyList<StoppedMarketplace>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<StoppedMarketplace>(new CommandDefinition(LeaveSql.Stops, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>False: it is out of use already.</returns>
    public Task<bool> StopAsync(string marketplace, Actor by, string reason, CancellationToken cancellationToken) =>
        DecideAsync(LeaveSql.Stop, "marketplace.stop", marketplace, by, reason, cancellationToken);

    /// <returns>False: it was in use.</returns>
    public Task<bool> ResumeAsync(string marketplace, Actor by, string reason, CancellationToken cancellationToken) =>
        DecideAsync(LeaveSql.Resume, "marketplace.resume", marketplace, by, reason, cancellationToken);

    private async Task<bool> DecideAsync(
        string sql, string action, string marketplace, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new { marketplace, by = by.Name, reason };
        if (sql == LeaveSql.Stop)
        {
            await connection.ExecuteAsync(new CommandDefinition(LeaveSql.Alone, transaction: transaction, cancellationToken: cancellationToken));
        }

        if (await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)) == 0)
        {
            return false;
        }

        await AuditLog.WriteAsync(transaction, new(by, action) { After = new { marketplace, reason } }, cancellationToken);
        if (sql == LeaveSql.Resume)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                LeaveSql.ForgetAll, parameters, transaction, commandTimeout: 300, cancellationToken: cancellationToken));
        }

        await connection.ExecuteAsync(new CommandDefinition(ReconcileSql.Notify, transaction: transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
