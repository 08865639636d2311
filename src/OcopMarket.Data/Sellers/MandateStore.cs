using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>A producer's consent as it is written down.</summary>
/// <param name="Producer">For a shop that serves several; null: the shop's own producer.</param>
/// <param name="ActBy">Who may act on the shop.</param>
/// <param name="TextVersion">Of the consent that was signed.</param>
/// <param name="Evidence">Number or name of the signed form.</param>
/// <param name="By">Who writes it down.</param>
public sealed record NewMandate(
    long Account, long? Producer, string ActBy, DateOnly From, DateOnly? Until, string TextVersion, string Evidence, string By)
{
    /// <summary>The signed form as a file; null: it lies on paper.</summary>
    public EvidenceFile? File { get; init; }
}

public sealed record EvidenceFile(string Name, byte[] Content);

public sealed record StoredMandate : MandateFacts
{
    public long AccountId { get; init; }
    public string Marketplace { get; init; } = "";
    public string Shop { get; init; } = "";
    public string? EvidenceSha256 { get; init; }
}

/// <summary>What is wrong with a mandate, in both languages.</summary>
public sealed class MandateException(string code, string vi, string en) : Exception(en)
{
    public string Code => code;
    public string ReasonVi => vi;
}

/// <summary>Mandates: given and withdrawn with the shop's listings in one transaction, so that from its end no turn sends what is not allowed
/// and none waits that is. Listings that waited for a shop get a shared one from the worker that follows mandates up.</summary>
public sealed class MandateStore(NpgsqlDataSource dataSource, ListingReconciler reconciler, TimeProvider time)
{
    private const string All = $"""
        SELECT {MandateSql.Facts}, m.account_id, a.marketplace, a.shop_name AS shop, m.evidence_sha256
        FROM mandate m JOIN seller_account a ON a.id = m.account_id LEFT JOIN producer p ON p.id = m.producer_id
        WHERE (@account::bigint IS NULL OR m.account_id = @account) AND m.id > @after ORDER BY m.id LIMIT @limit
        """;

    private DateOnly Today => VietnamDay.Of(time.GetUtcNow());

    /// <returns>Whether it was new.</returns>
    /// <exception cref="MandateException">Wrong days, a file that may not be kept, or no such shop; nothing was stored.</exception>
    public async Task<bool> GiveAsync(NewMandate mandate, Actor by, CancellationToken cancellationToken)
    {
        MandateDecisions.Check(mandate);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = await AccountStore.LockListingsAsync(transaction, mandate.Account, cancellationToken);
        var given = await MandateDecisions.GiveAsync(transaction, mandate, by, cancellationToken);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return given.Mandate is not null;
    }

    /// <summary>From the end of this call nothing more is sent for the producer to this shop: what was due rests, and the listings say why.</summary>
    /// <returns>Mandates withdrawn; 0: there was none in force or to come.</returns>
    public async Task<int> WithdrawAsync(long account, long? producer, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = await AccountStore.LockListingsAsync(transaction, account, cancellationToken);
        var withdrawn = await MandateDecisions.WithdrawAsync(transaction, new(account, null, producer, reason), by, Today, cancellationToken);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return withdrawn;
    }

    /// <param name="account">Null: of all shops.</param>
    public async Task<IReadOnlyList<StoredMandate>> ListAsync(long? account, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<StoredMandate>(
            new CommandDefinition(All, new { account, after, limit, today = Today }, cancellationToken: cancellationToken))];
    }
}
