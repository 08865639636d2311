using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Sellers;

/// <summary>A login as stored; secrets stay sealed until the one call that needs them.</summary>
public sealed record CredentialRow
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string Scope { get; init; } = "";
    public string Login { get; init; } = "";
    public string Parameters { get; init; } = "{}";
    public byte[]? SealedPassword { get; init; }
    public byte[]? SealedAccess { get; init; }
    public DateTimeOffset? AccessExpiresAt { get; init; }
    public string State { get; init; } = "";

    public IReadOnlyDictionary<string, string> ParameterMap =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(Parameters) ?? [];
}

/// <summary>Logins and tokens. A token is renewed by whoever holds the row's lease; the others wait and read it again.</summary>
public sealed class CredentialStore(NpgsqlDataSource dataSource, ICredentialVault vault)
{
    private const string Upsert = """
        INSERT INTO credential AS c (marketplace, scope, login, parameters, key_version, sealed_password, sealed_access, access_expires_at)
        VALUES (@marketplace, @scope, @login, @parameters::jsonb, @keyVersion, @password, @access, @expires)
        ON CONFLICT (marketplace, scope, login) DO UPDATE SET
            parameters = excluded.parameters, key_version = excluded.key_version,
            sealed_password = coalesce(excluded.sealed_password, c.sealed_password),
            sealed_access = coalesce(excluded.sealed_access, c.sealed_access),
            access_expires_at = coalesce(excluded.access_expires_at, c.access_expires_at),
            state = 'active', state_code = NULL, updated_at = now()
        RETURNING id
        """;

    private const string Lease = """
        UPDATE credential SET refresh_lease_until = now() + interval '30 s'
        WHERE id = @id AND refresh_lease_until < now() AND access_expires_at IS NOT DISTINCT FROM @seen RETURNING 1
        """;

    private const string Renew = """
        UPDATE credential SET sealed_access = @access, access_expires_at = @expires, refresh_lease_until = '-infinity', updated_at = now()
        WHERE id = @id
        """;

    public async Task<CredentialRow> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CredentialRow>(new CommandDefinition(
            """
            SELECT id, marketplace, scope, login, parameters::text AS parameters, sealed_password, sealed_access, access_expires_at, state
            FROM credential WHERE id = @id
            """,
            new { id },
            cancellationToken: cancellationToken));
    }

    /// <param name="keepPassword">For the operator's own login only; a producer's is exchanged for tokens and forgotten.</param>
    public async Task<long> SaveAsync(
        MarketplaceKey marketplace, CredentialScope scope, SellerLogin login, bool keepPassword, SellerTokens? tokens,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(Upsert, new
        {
            marketplace = marketplace.Value,
            scope = scope == CredentialScope.PartnerLogin ? "partner" : "shop",
            login = login.User,
            parameters = JsonSerializer.Serialize(login.Parameters),
            keyVersion = vault.KeyVersion,
            password = keepPassword ? vault.Seal(login.Password, Bound(marketplace.Value, login.User, "password")) : null,
            access = tokens is null ? null : vault.Seal(tokens.AccessToken, Bound(marketplace.Value, login.User, "access")),
            expires = tokens?.ExpiresAt,
        }, cancellationToken: cancellationToken));
    }

    public Secret OpenAccess(CredentialRow row) => vault.Open(row.SealedAccess!, Bound(row.Marketplace, row.Login, "access"));

    public SellerLogin? OpenLogin(CredentialRow row) => row.SealedPassword is null
        ? null
        : new(row.Login, vault.Open(row.SealedPassword, Bound(row.Marketplace, row.Login, "password")), row.ParameterMap);

    /// <returns>False: somebody else renews it, or has just done so.</returns>
    public async Task<bool> TryLeaseRefreshAsync(CredentialRow seen, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            Lease, new { id = seen.Id, seen = seen.AccessExpiresAt }, cancellationToken: cancellationToken)) == 1;
    }

    public async Task RenewAsync(CredentialRow row, SellerTokens tokens, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Renew, new
        {
            id = row.Id,
            access = vault.Seal(tokens.AccessToken, Bound(row.Marketplace, row.Login, "access")),
            expires = tokens.ExpiresAt,
        }, cancellationToken: cancellationToken));
    }

    /// <summary>The platform no longer takes this login or token: nothing is sent with it until a person renews it.</summary>
    public async Task RefuseAsync(long id, string code, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE credential SET state = 'refused', state_code = @code, refresh_lease_until = '-infinity', updated_at = now() WHERE id = @id",
            new { id, code },
            cancellationToken: cancellationToken));
    }

    private static string Bound(string marketplace, string login, string field) => $"{marketplace}/{login}/{field}";
}
