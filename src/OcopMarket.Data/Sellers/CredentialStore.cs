using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Vault;

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
    public long? PasswordKey { get; init; }
    public byte[]? SealedAccess { get; init; }
    public long? AccessKey { get; init; }
    public DateTimeOffset? AccessExpiresAt { get; init; }

    /// <summary>By the database's clock, when the row was read.</summary>
    public TimeSpan? AccessLeft { get; init; }

    /// <summary>When this token came; tells it from the one before.</summary>
    public DateTimeOffset? AccessAt { get; init; }
    public byte[]? SealedRefresh { get; init; }
    public long? RefreshKey { get; init; }

    /// <summary>The owner consented on the platform's page: tokens come from a refresh token, not from a password.</summary>
    public bool IsConsent { get; init; }
    public string State { get; init; } = "";

    public IReadOnlyDictionary<string, string> ParameterMap =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(Parameters) ?? [];
}

/// <summary>Logins and tokens. A token is renewed by whoever holds the row's lease; the others wait and read it again. What is stored is
/// opened for a call to the platform and for nothing else; people see the last four characters and the day.</summary>
public sealed class CredentialStore(NpgsqlDataSource dataSource, CredentialVault vault)
{
    internal const string RefreshField = "refresh";
    internal const string AccessField = "access";
    private const string PasswordField = "password";

    private const string Row = """
        SELECT id, marketplace, scope, login, parameters::text AS parameters, sealed_password, password_key, sealed_access, access_key,
            access_expires_at, CASE WHEN isfinite(access_expires_at) THEN access_expires_at - now() END AS access_left, access_at,
            sealed_refresh, refresh_key, consent_at IS NOT NULL AS is_consent, state
        FROM credential WHERE id = @id
        """;

    private const string Partner = """
        SELECT id FROM credential WHERE marketplace = @marketplace AND scope = 'partner' AND state = 'active' AND sealed_password IS NOT NULL
        ORDER BY password_at DESC, id DESC LIMIT 1
        """;

    private const string Place = """
        SELECT coalesce((SELECT id FROM credential WHERE (marketplace, scope, login) = (@marketplace, @scope, @login)),
            nextval(pg_get_serial_sequence('credential', 'id')))
        """;

    /// <summary>The secrets are bound to the number that was chosen before: whoever finds the login under another one seals again. The version
    /// of a key is told by its row; key_version is what the version before asks for.</summary>
    internal const string Upsert = """
        INSERT INTO credential AS c (id, marketplace, scope, login, parameters, key_version, sealed_password, password_key, password_tail,
            password_at, sealed_access, access_key, access_tail, access_at, access_expires_at, seal_no)
        OVERRIDING SYSTEM VALUE
        VALUES (@id, @marketplace, @scope, @login, @parameters::jsonb, 1, @password, @passwordKey, @passwordTail,
            CASE WHEN @password::bytea IS NOT NULL THEN now() END, @access, @accessKey, @accessTail,
            CASE WHEN @access::bytea IS NOT NULL THEN now() END, @expires, 1)
        ON CONFLICT (marketplace, scope, login) DO UPDATE SET
            parameters = excluded.parameters, seal_no = c.seal_no + 1,
            sealed_password = CASE WHEN excluded.sealed_password IS NULL THEN c.sealed_password ELSE excluded.sealed_password END,
            password_key = CASE WHEN excluded.sealed_password IS NULL THEN c.password_key ELSE excluded.password_key END,
            password_tail = CASE WHEN excluded.sealed_password IS NULL THEN c.password_tail ELSE excluded.password_tail END,
            password_at = CASE WHEN excluded.sealed_password IS NULL THEN c.password_at ELSE excluded.password_at END,
            sealed_access = CASE WHEN excluded.sealed_access IS NULL THEN c.sealed_access ELSE excluded.sealed_access END,
            access_key = CASE WHEN excluded.sealed_access IS NULL THEN c.access_key ELSE excluded.access_key END,
            access_tail = CASE WHEN excluded.sealed_access IS NULL THEN c.access_tail ELSE excluded.access_tail END,
            access_at = CASE WHEN excluded.sealed_access IS NULL THEN c.access_at ELSE excluded.access_at END,
            access_expires_at = CASE WHEN excluded.sealed_access IS NULL THEN c.access_expires_at ELSE excluded.access_expires_at END,
            state = 'active', state_code = NULL, updated_at = now()
        WHERE c.id = @id
        """;

    private const string Lease = """
        UPDATE credential SET refresh_lease_until = now() + interval '30 s'
        WHERE id = @id AND refresh_lease_until < now() AND access_expires_at IS NOT DISTINCT FROM @seen RETURNING 1
        """;

    private const string Renew = """
        UPDATE credential SET sealed_access = @access, access_key = @accessKey, access_tail = @tail, access_at = now(), seal_no = seal_no + 1,
            access_expires_at = @expires, refresh_lease_until = '-infinity', updated_at = now()
        WHERE id = @id
        """;

    /// <summary>The operator's own login with a platform, opened for one call.</summary>
    /// <returns>Null: nobody has entered it.</returns>
    /// <exception cref="VaultException">See <see cref="OpenAccessAsync"/>.</exception>
    public async Task<SellerLogin?> OpenPartnerAsync(MarketplaceKey marketplace, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            Partner, new { marketplace = marketplace.Value }, cancellationToken: cancellationToken));
        return id is { } found ? await OpenLoginAsync(await GetAsync(found, cancellationToken), cancellationToken) : null;
    }

    public async Task<CredentialRow> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CredentialRow>(new CommandDefinition(Row, new { id }, cancellationToken: cancellationToken));
    }

    /// <param name="login">Its user names the row. A shop's own login goes by the shop's id, as <see cref="ConnectStore"/> keeps it: what its owner
    /// types changes with every key, and must not name the row of another shop.</param>
    /// <param name="keepPassword">For the operator's own login only; a producer's is exchanged for tokens and forgotten.</param>
    public async Task<long> SaveAsync(
        MarketplaceKey marketplace, CredentialScope scope, SellerLogin login, bool keepPassword, SellerTokens? tokens, Actor by,
        CancellationToken cancellationToken)
    {
        var name = new { marketplace = marketplace.Value, scope = scope == CredentialScope.PartnerLogin ? "partner" : "shop", login = login.User };
        while (true)
        {
            var id = await PlaceAsync(name, cancellationToken);
            SecretPlace At(string field) => new(id, marketplace.Value, login.User, field);
            var password = keepPassword ? await vault.SealAsync(login.Password, At(PasswordField), cancellationToken) : null;
            var access = tokens is null ? null : await vault.SealAsync(tokens.AccessToken, At(AccessField), cancellationToken);
            var saved = await WriteAsync(
                Upsert,
                new
                {
                    id,
                    name.marketplace,
                    name.scope,
                    name.login,
                    parameters = JsonSerializer.Serialize(login.Parameters),
                    password = password?.Bytes,
                    passwordKey = password?.Key,
                    passwordTail = keepPassword ? CredentialVault.TailOf(login.Password) : null,
                    access = access?.Bytes,
                    accessKey = access?.Key,
                    accessTail = tokens is null ? null : CredentialVault.TailOf(tokens.AccessToken),
                    expires = tokens?.ExpiresAt,
                },
                [password, access],
                // A shop's login may be somebody's phone number, and the proof is never emptied.
                new(by, "credential.save")
                {
                    After = new
                    {
                        credential = id,
                        name.marketplace,
                        name.scope,
                        login = name.scope == "partner" ? name.login : null,
                        password = keepPassword,
                        tokens?.ExpiresAt,
                    },
                },
                cancellationToken);
            if (saved)
            {
                return id;
            }
        }
    }

    /// <exception cref="VaultException">The key-encryption key cannot be reached, or is another one.</exception>
    public Task<Secret> OpenAccessAsync(CredentialRow row, CancellationToken cancellationToken) => OpenAsync(row, AccessField, cancellationToken);

    /// <returns>Null: only the seller has the password.</returns>
    /// <exception cref="VaultException">See <see cref="OpenAccessAsync"/>.</exception>
    public async Task<SellerLogin?> OpenLoginAsync(CredentialRow row, CancellationToken cancellationToken) => row.SealedPassword is null
        ? null
        : new(row.Login, await OpenAsync(row, PasswordField, cancellationToken), row.ParameterMap);

    /// <returns>False: somebody else renews it, or has just done so.</returns>
    public async Task<bool> TryLeaseRefreshAsync(CredentialRow seen, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            Lease, new { id = seen.Id, seen = seen.AccessExpiresAt }, cancellationToken: cancellationToken)) == 1;
    }

    public async Task RenewAsync(CredentialRow row, SellerTokens tokens, CancellationToken cancellationToken)
    {
        SealedSecret access;
        do
        {
            access = await vault.SealAsync(tokens.AccessToken, At(row, AccessField), cancellationToken);
        }
        while (!await WriteAsync(
            Renew,
            new { id = row.Id, access = access.Bytes, accessKey = access.Key, tail = CredentialVault.TailOf(tokens.AccessToken), expires = tokens.ExpiresAt },
            [access], null, cancellationToken));
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

    internal Task<Secret> OpenRefreshAsync(CredentialRow row, CancellationToken cancellationToken) => OpenAsync(row, RefreshField, cancellationToken);

    /// <summary>A row read a moment ago may have been sealed anew since by a rotation: then it is read once more.</summary>
    private async Task<Secret> OpenAsync(CredentialRow row, string field, CancellationToken cancellationToken)
    {
        try
        {
            return await vault.OpenAsync(Of(row, field), At(row, field), cancellationToken);
        }
        catch (RetiredKeyException)
        {
            var now = await GetAsync(row.Id, cancellationToken);
            if (Of(now, field).Key == Of(row, field).Key)
            {
                throw;
            }

            return await vault.OpenAsync(Of(now, field), At(now, field), cancellationToken);
        }
    }

    /// <summary>The number that a login has, or will have.</summary>
    internal async Task<long> PlaceAsync(object name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(Place, name, cancellationToken: cancellationToken));
    }

    /// <returns>False: a key was replaced, or somebody saved the login under another number; to be sealed and written once more.</returns>
    private async Task<bool> WriteAsync(
        string sql, object parameters, IEnumerable<SealedSecret?> secrets, AuditEntry? told, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var secret in secrets.OfType<SealedSecret>())
        {
            if (!await CredentialVault.HoldAsync(transaction, secret, cancellationToken))
            {
                return false;
            }
        }

        var written = await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
        if (written == 1 && told is not null)
        {
            await AuditLog.WriteAsync(transaction, told, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return written == 1;
    }

    private static SealedSecret Of(CredentialRow row, string field) => field switch
    {
        AccessField => new(row.SealedAccess!, row.AccessKey),
        RefreshField => new(row.SealedRefresh!, row.RefreshKey),
        _ => new(row.SealedPassword!, row.PasswordKey),
    };

    internal static SecretPlace At(CredentialRow row, string field) => new(row.Id, row.Marketplace, row.Login, field);
}
