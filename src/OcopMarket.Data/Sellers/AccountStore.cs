using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>A shop as the loops need it.</summary>
public sealed record ShopRow
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public long? ProducerId { get; init; }
    public long? CredentialId { get; init; }
    public string State { get; init; } = "";

    /// <summary>Unix seconds of the restore that the database comes from; 0: of none.</summary>
    public long Epoch { get; init; }
    public MarketplaceKey Key => new(Marketplace);
}

/// <summary>A producer for whom a shop is to be opened.</summary>
public sealed record ShopCandidate
{
    public long ProducerId { get; init; }
    public string Name { get; init; } = "";
    public string? Phone { get; init; }
    public string? ProvinceCode { get; init; }
    public string? CommuneCode { get; init; }
    public string Address { get; init; } = "";
}

/// <summary>Shops: their state changes only by an account check, a platform's answer or a person, each with time and evidence.</summary>
public sealed class AccountStore(NpgsqlDataSource dataSource, ListingReconciler reconciler)
{
    private const int PageSize = 500;
    private static readonly TimeSpan _unfinished = TimeSpan.FromSeconds(5);

    private const string Columns = "id, marketplace, external_id, producer_id, credential_id, state, epoch";

    private const string Check = """
        WITH old AS (SELECT id, state, state_evidence FROM seller_account WHERE id = @id FOR NO KEY UPDATE),
        upd AS (
            UPDATE seller_account a SET state = @state, state_evidence = @evidence, verified_at = now(),
                state_at = CASE WHEN old.state = @state THEN a.state_at ELSE now() END,
                shop_name = coalesce(@name, a.shop_name), url = coalesce(@url, a.url), item_count = coalesce(@items, a.item_count),
                problem_code = @problemCode, problem_raw = @problemRaw, next_check_at = now() + @again
            FROM old WHERE a.id = old.id
            RETURNING a.id, a.producer_id, old.state IS DISTINCT FROM @state AS moved),
        told AS (
            INSERT INTO account_event (account_id, producer_id, state, evidence, raw)
            SELECT id, producer_id, @state, @evidence, @problemRaw FROM upd WHERE moved)
        SELECT moved FROM upd
        """;

    /// <summary>A shop that was planned, or that a list told of, is the shop that is opened now: it gets its login.</summary>
    private const string Register = """
        UPDATE seller_account SET external_id = @externalId
        WHERE marketplace = @marketplace AND producer_id = @producerId AND external_id IS NULL AND state <> 'closed'
          AND NOT EXISTS (SELECT FROM seller_account WHERE marketplace = @marketplace AND external_id = @externalId);
        WITH shop AS (INSERT INTO seller_account AS a
            (marketplace, external_id, producer_id, unit_code, shop_name, url, credential_id, state, state_evidence, opened_by)
        SELECT @marketplace, @externalId, p.id, p.unit_now, @shopName, @url, @credentialId, @state, @evidence, @openedBy
        FROM producer p WHERE p.id = @producerId
        ON CONFLICT (marketplace, external_id) DO UPDATE SET credential_id = excluded.credential_id, login_wanted = false, leaving_at = NULL, left_at = NULL,
            producer_id = coalesce(a.producer_id, CASE WHEN a.owner_name IS NOT NULL THEN excluded.producer_id END),
            unit_code = CASE WHEN a.producer_id IS NULL AND a.owner_name IS NOT NULL THEN excluded.unit_code ELSE a.unit_code END,
            next_check_at = CASE WHEN a.login_wanted THEN now() ELSE a.next_check_at END,
            sweep_at = CASE WHEN a.login_wanted THEN now() ELSE a.sweep_at END
        RETURNING id, producer_id, state, xmax = 0 AS is_new),
        told AS (
            INSERT INTO account_event (account_id, producer_id, state, evidence, told_by)
            SELECT id, producer_id, state, @evidence, @openedBy FROM shop WHERE is_new)
        SELECT id FROM shop;
        SELECT pg_notify('ocop_work', '')
        """;

    private const string Mandate = """
        INSERT INTO mandate (account_id, producer_id, unit_code, given_on, until, evidence, recorded_by)
        SELECT a.id, a.producer_id, a.unit_code, @givenOn, @until, @evidence, @recordedBy FROM seller_account a
        WHERE a.id = @account AND NOT EXISTS (
            SELECT FROM mandate m WHERE m.account_id = a.id AND m.revoked_on IS NULL AND (m.until IS NULL OR m.until >= @givenOn))
        """;

    /// <summary>Named producers with goods, without a shop there; one that is planned is none yet. A producer whose name is withheld cannot be given one.</summary>
    private const string Candidates = """
        SELECT p.id AS producer_id, p.name, p.contact_phone AS phone, u.parent_code AS province_code, u.code AS commune_code,
               concat_ws(', ', p.address_line, p.commune, p.district, p.province) AS address
        FROM producer p LEFT JOIN admin_unit u ON u.code = p.unit_now AND u.valid_to IS NULL AND u.level = 3
        WHERE NOT p.withheld
          AND EXISTS (SELECT FROM product x WHERE x.producer_id = p.id AND x.gone_at IS NULL)
          AND NOT EXISTS (SELECT FROM seller_account a WHERE a.producer_id = p.id AND a.marketplace = @marketplace AND a.state <> 'closed'
                          AND a.external_id IS NOT NULL)
        ORDER BY p.id
        """;

    private const string TakeChecks = """
        WITH due AS MATERIALIZED (
            SELECT id FROM seller_account WHERE next_check_at <= now() AND next_check_at < 'infinity' AND external_id IS NOT NULL AND state <> 'closed'
            ORDER BY next_check_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE seller_account a SET next_check_at = now() + interval '30 s' FROM due WHERE a.id = due.id
        RETURNING a.id, a.marketplace, a.external_id, a.producer_id, a.credential_id, a.state
        """;

    public async Task<ShopRow?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ShopRow>(new CommandDefinition(
            $"SELECT {Columns} FROM seller_account WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<ShopRow>> TakeChecksAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ShopRow>(
            new CommandDefinition(TakeChecks, new { limit }, cancellationToken: cancellationToken))];
    }

    public async Task<IReadOnlyList<ShopCandidate>> CandidatesAsync(MarketplaceKey marketplace, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ShopCandidate>(
            new CommandDefinition(Candidates, new { marketplace = marketplace.Value }, cancellationToken: cancellationToken))];
    }

    /// <summary>What the platform said of a shop, and then, in a transaction of its own, what that means for its listings. Whoever looks at a
    /// listing holds its shop's row in share, so the first transaction waits for him and the second sees what he left: no listing keeps an
    /// older state of its shop. A crash in between is mended by the next check, which comes at once.</summary>
    /// <param name="again">When to ask next.</param>
    public async Task RecordCheckAsync(
        long account, AccountCheck check, string? problemCode, TimeSpan again, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteScalarAsync<bool?>(new CommandDefinition(Check, new
        {
            id = account,
            state = Words.Of(check.State),
            evidence = check.StateRaw,
            name = check.ShopName,
            url = check.Url,
            items = check.ItemCount,
            problemCode,
            problemRaw = check.Problem?.Message,
            again = _unfinished,
        }, cancellationToken: cancellationToken));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = await LockListingsAsync(transaction, account, cancellationToken);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await CheckAgainAsync(account, again, cancellationToken);
    }

    /// <summary>A shop that now exists on the platform, with the mandate it is acted under. The producer's products are composed again, so
    /// that listings which waited for a shop get it.</summary>
    public async Task<long> RegisterAsync(NewShop shop, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Register, new
        {
            marketplace = shop.Marketplace.Value,
            shop.ExternalId,
            shop.ProducerId,
            shop.ShopName,
            shop.Url,
            shop.CredentialId,
            state = Words.Of(shop.State),
            shop.Evidence,
            shop.OpenedBy,
        }, transaction, cancellationToken: cancellationToken));
        if (shop.MandateGivenOn is { } givenOn)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                Mandate,
                new { account = id, givenOn, until = shop.MandateUntil, evidence = shop.MandateEvidence, recordedBy = shop.OpenedBy },
                transaction,
                cancellationToken: cancellationToken));
        }

        await connection.ExecuteAsync(new CommandDefinition(
            CompositionSql.Forget, new { producers = new[] { shop.ProducerId } }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>After shops or mandates changed: their listings are looked at again, and these producers' products composed again.</summary>
    internal async Task FollowAsync(IReadOnlyList<long> changed, IReadOnlyList<long> producers, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var page in producers.Order().Chunk(PageSize))
        {
            await connection.ExecuteAsync(new CommandDefinition(CompositionSql.Forget, new { producers = page }, cancellationToken: cancellationToken));
        }

        foreach (var page in changed.Order().Chunk(PageSize))
        {
            var listings = (await connection.QueryAsync<long>(new CommandDefinition(
                "SELECT id FROM listing WHERE account_id = ANY(@page) ORDER BY id", new { page }, cancellationToken: cancellationToken))).AsList();
            foreach (var some in listings.Chunk(PageSize))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await reconciler.ReconcileAsync(transaction, some, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }

        await connection.ExecuteAsync(new CommandDefinition("SELECT pg_notify('ocop_work', '')", cancellationToken: cancellationToken));
    }

    /// <summary>Our right to act on the shop has ended: nothing is sent until its owner, or for a partner login an admin, renews it.</summary>
    public Task RecordReauthAsync(long account, string code, CancellationToken cancellationToken) =>
        RecordCheckAsync(
            account, new AccountCheck(AccountState.ReauthNeeded, code, null, null, null, null, new PlatformReason(code, "account", code)),
            null, TimeSpan.FromMinutes(10), cancellationToken);

    /// <summary>Ask the platform about this shop at once: something it answered concerns the whole shop.</summary>
    public Task CheckSoonAsync(long account, CancellationToken cancellationToken) =>
        CheckAgainAsync(account, TimeSpan.Zero, cancellationToken);

    /// <summary>The shop could not be asked: its turn comes again after this long.</summary>
    public async Task CheckAgainAsync(long account, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE seller_account SET next_check_at = now() + @wait WHERE id = @account", new { account, wait }, cancellationToken: cancellationToken));
    }

    internal static async Task<long[]> LockListingsAsync(NpgsqlTransaction transaction, long account, CancellationToken cancellationToken) =>
        [.. await transaction.Connection!.QueryAsync<long>(new CommandDefinition(
            "SELECT id FROM listing WHERE account_id = @account ORDER BY id FOR NO KEY UPDATE", new { account }, transaction,
            cancellationToken: cancellationToken))];
}

/// <param name="OpenedBy">Who opened it: self, post staff, trade-promotion staff, demo.</param>
public sealed record NewShop(
    MarketplaceKey Marketplace, string ExternalId, long ProducerId, string ShopName, string? Url, long CredentialId, AccountState State,
    string Evidence, string OpenedBy)
{
    public DateOnly? MandateGivenOn { get; init; }
    public DateOnly? MandateUntil { get; init; }
    public string MandateEvidence { get; init; } = "";
}
