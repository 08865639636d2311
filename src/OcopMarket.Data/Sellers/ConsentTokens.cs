using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Sellers;

/// <summary>The right to use a refresh token, for as long as the lease lasts and nobody took a later one.</summary>
/// <param name="Former">The token before, until this one has worked; null: there was none.</param>
public sealed record RefreshTurn(CredentialRow Row, long Fence, Secret Token, Secret? Former);

/// <summary>Two tokens in one sealed field: the one to use, and the one before it.</summary>
internal sealed record RefreshPair(string Now, string? Former)
{
    public static Secret Seal(Secret now, Secret? former) =>
        new(JsonSerializer.Serialize(new RefreshPair(now.Reveal(), former?.Reveal())));

    public static RefreshPair Open(Secret text) => JsonSerializer.Deserialize<RefreshPair>(text.Reveal())!;
}

/// <summary>Tokens that renew themselves. One at a time: whoever holds the row's lease; who holds an older fence writes nothing. All times are the
/// database's.</summary>
public sealed class ConsentTokens(NpgsqlDataSource dataSource, CredentialVault vault, CredentialStore credentials)
{
    /// <summary>Longer than a call may take; a worker that died is followed after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Of the access token's life, by the row's number, so that tokens of one day do not come due together.</summary>
    internal const string DueIn = "@accessLife * (0.6 + 0.2 * ((@id::bigint * 2654435761) % 1000) / 1000.0)";

    private const string Begin = """
        UPDATE credential SET refresh_lease_until = now() + @lease, refresh_fence = refresh_fence + 1, refresh_begun_at = now()
        WHERE id = @Id AND state = 'active' AND sealed_refresh IS NOT NULL AND refresh_lease_until < now()
          AND access_at IS NOT DISTINCT FROM @AccessAt
        RETURNING refresh_fence
        """;

    private const string Save = $"""
        UPDATE credential SET sealed_access = @access, access_key = @accessKey, access_tail = @tail, access_at = clock_timestamp(),
            access_expires_at = now() + @accessLife, sealed_refresh = @refresh, refresh_key = @refreshKey, seal_no = seal_no + 1,
            refresh_due_at = now() + {DueIn}, refresh_begun_at = NULL, refresh_tries = 0, refresh_lease_until = '-infinity', updated_at = now()
        WHERE id = @id AND refresh_fence = @fence AND state = 'active'
        """;

    /// <summary>A minute, two, four ... up to an hour: the access token may still live, and a dead platform is not asked for ever.</summary>
    private const string Postpone = """
        UPDATE credential SET refresh_lease_until = '-infinity', refresh_tries = refresh_tries + 1,
            refresh_begun_at = CASE WHEN @untouched THEN NULL ELSE refresh_begun_at END,
            refresh_due_at = now() + least(interval '1 hour', greatest(@atLeast, interval '1 minute' * 2 ^ least(refresh_tries, 6)))
        WHERE id = @id AND refresh_fence = @fence AND state = 'active'
        """;

    /// <summary>Ends in a shop that says so itself: state by the next look, issue with a day and an owner at once.</summary>
    private const string Refuse = """
        SELECT id FROM seller_account WHERE credential_id = @id ORDER BY id FOR NO KEY UPDATE; -- shops before logins, as who connects does
        WITH ended AS (
            UPDATE credential SET state = 'refused', state_code = @code, refresh_lease_until = '-infinity', refresh_due_at = NULL, updated_at = now()
            WHERE id = @id AND refresh_fence = @fence AND state = 'active' RETURNING id, marketplace, coalesce(keeper, 'staff') AS keeper),
        shops AS (
            UPDATE seller_account a SET next_check_at = now() FROM ended e WHERE a.credential_id = e.id
            RETURNING a.id, a.producer_id, a.marketplace, e.keeper),
        noticed AS (
            INSERT INTO consent_notice (account_id, producer_id, marketplace, code) SELECT id, producer_id, marketplace, 'consent_refused' FROM shops)
        INSERT INTO account_issue (account_id, producer_id, marketplace, code, owner, args, due_at)
        SELECT id, producer_id, marketplace, 'shop_reauth', keeper, ARRAY[@code],
            now() + CASE keeper WHEN 'producer' THEN interval '7 days' ELSE interval '2 days' END
        FROM shops ON CONFLICT (account_id, code) WHERE closed_at IS NULL DO NOTHING;
        SELECT pg_notify('ocop_work', '')
        """;

    private const string LetOthersGo = "UPDATE credential SET refresh_due_at = now() + interval '1 minute' WHERE id = @credential AND refresh_due_at <= now()";

    private const string Due = """
        SELECT id FROM credential WHERE state = 'active' AND refresh_due_at <= now() AND refresh_lease_until < now() ORDER BY refresh_due_at LIMIT @limit
        """;

    /// <summary>Others first: what failed here may fail for long.</summary>
    public Task LetOthersGoAsync(long credential, CancellationToken cancellationToken) => RunAsync(LetOthersGo, new { credential }, cancellationToken);

    /// <returns>Numbers of logins whose tokens should be renewed now.</returns>
    public async Task<IReadOnlyList<long>> DueAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<long>(new CommandDefinition(Due, new { limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>Written down before the token leaves.</summary>
    /// <returns>Null: somebody else renews it, or has just done so, or it has ended.</returns>
    /// <exception cref="VaultException">The key-encryption key cannot be reached; the token is untouched.</exception>
    public async Task<RefreshTurn?> TryBeginAsync(CredentialRow seen, CancellationToken cancellationToken)
    {
        if (seen.SealedRefresh is null)
        {
            return null;
        }

        // Opened first: without the key the turn is not taken. The lease holds only for a row that has not changed since it was read.
        var pair = RefreshPair.Open(await credentials.OpenRefreshAsync(seen, cancellationToken));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var fence = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            Begin, new { seen.Id, seen.AccessAt, lease = Lease }, cancellationToken: cancellationToken));
        return fence is { } mine ? new(seen, mine, new(pair.Now), pair.Former is { } former ? new Secret(former) : null) : null;
    }

    /// <returns>False: the turn was not ours any more; nothing was written.</returns>
    public async Task<bool> SaveAsync(RefreshTurn turn, Secret used, ConsentGrant grant, CancellationToken cancellationToken)
    {
        while (true)
        {
            var access = await vault.SealAsync(grant.AccessToken, CredentialStore.At(turn.Row, CredentialStore.AccessField), cancellationToken);
            var refresh = await vault.SealAsync(
                RefreshPair.Seal(grant.RefreshToken, used), CredentialStore.At(turn.Row, CredentialStore.RefreshField), cancellationToken);
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await CredentialVault.HoldAsync(transaction, access, cancellationToken) || !await CredentialVault.HoldAsync(transaction, refresh, cancellationToken))
            {
                continue;
            }

            var saved = await connection.ExecuteAsync(new CommandDefinition(
                Save,
                new
                {
                    id = turn.Row.Id,
                    turn.Fence,
                    access = access.Bytes,
                    accessKey = access.Key,
                    tail = CredentialVault.TailOf(grant.AccessToken),
                    refresh = refresh.Bytes,
                    refreshKey = refresh.Key,
                    grant.AccessLife,
                },
                transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return saved == 1;
        }
    }

    /// <summary>No new tokens, and the login is not refused: tried again later.</summary>
    /// <param name="untouched">The platform cannot have seen the token.</param>
    public Task PostponeAsync(RefreshTurn turn, bool untouched, TimeSpan? atLeast, CancellationToken cancellationToken) => RunAsync(
        Postpone, new { id = turn.Row.Id, turn.Fence, untouched, atLeast = atLeast ?? TimeSpan.Zero }, cancellationToken);

    /// <summary>Only a new consent helps: nothing is sent with this login, and somebody is asked to connect again by a day.</summary>
    public Task RefuseAsync(RefreshTurn turn, string code, CancellationToken cancellationToken) =>
        RunAsync(Refuse, new { id = turn.Row.Id, turn.Fence, code }, cancellationToken);

    private async Task RunAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }
}
