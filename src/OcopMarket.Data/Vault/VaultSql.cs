namespace OcopMarket.Data.Vault;

/// <summary>Two locks: whoever rotates holds one for as long as that takes; the other is held for a moment, alone by who makes the first data
/// keys, shared by who still seals without.</summary>
internal static class VaultSql
{
    private const string Columns = "id, key_group AS \"group\", version, wrapped, wrapper, kek_version AS kek";

    public const string Key = $"SELECT {Columns} FROM vault_key WHERE id = @id";

    public const string Newest = $"SELECT {Columns} FROM vault_key WHERE key_group = @group AND retired_at IS NULL ORDER BY version DESC LIMIT 1";

    /// <summary>Holds the key against retirement until the transaction that seals with it ends; no row: a newer one seals now.</summary>
    public const string Hold = """
        SELECT id FROM vault_key k
        WHERE id = @key AND retired_at IS NULL AND NOT EXISTS (SELECT FROM vault_key n WHERE n.key_group = k.key_group AND n.version > k.version)
        FOR SHARE
        """;

    public const string MakeAlone = "SELECT pg_advisory_xact_lock(1868787569)";

    public const string SealAsBefore = "SELECT pg_advisory_xact_lock_shared(1868787569)";

    public const string RotateAlone = "SELECT pg_try_advisory_lock(1868787570)";

    public const string RotateEnd = "SELECT pg_advisory_unlock(1868787570)";

    public const string HasKeys = "SELECT EXISTS (SELECT FROM vault_key)";

    /// <summary>Sealed before there were data keys.</summary>
    public const string HasFormer = """
        SELECT EXISTS (SELECT FROM credential
            WHERE (sealed_password IS NOT NULL AND password_key IS NULL) OR (sealed_access IS NOT NULL AND access_key IS NULL)
               OR (sealed_refresh IS NOT NULL AND refresh_key IS NULL))
        """;

    public const string Former = """
        SELECT id, marketplace, login, 'access' AS field, sealed_access AS bytes FROM credential WHERE sealed_access IS NOT NULL AND access_key IS NULL
        UNION ALL
        SELECT id, marketplace, login, 'password', sealed_password FROM credential WHERE sealed_password IS NOT NULL AND password_key IS NULL
        LIMIT 1
        """;

    public const string Add = """
        INSERT INTO vault_key (key_group, version, wrapped, wrapper, kek_version)
        SELECT * FROM unnest(@groups, @versions, @wrapped, @wrappers, @keks)
        """;

    public const string Live = $"SELECT {Columns} FROM vault_key WHERE retired_at IS NULL ORDER BY key_group, version";

    public const string Rewrap = """
        UPDATE vault_key SET wrapped = @Bytes, wrapper = @Wrapper, kek_version = @Version WHERE id = @id AND retired_at IS NULL
        """;

    /// <summary>Locked first; whether somebody has sealed with one of them meanwhile is asked by the next statement.</summary>
    public const string LockKeys = "SELECT id FROM vault_key WHERE id = ANY (@keys) ORDER BY id FOR UPDATE";

    public const string Retire = """
        UPDATE vault_key k SET retired_at = now(), wrapped = NULL
        WHERE id = ANY (@keys) AND NOT EXISTS (SELECT FROM credential WHERE password_key = k.id)
          AND NOT EXISTS (SELECT FROM credential WHERE access_key = k.id)
          AND NOT EXISTS (SELECT FROM credential WHERE refresh_key = k.id)
        """;

    public const string ToReseal = """
        SELECT id, marketplace, login, sealed_password, password_key, sealed_access, access_key, sealed_refresh, refresh_key, seal_no
        FROM credential
        WHERE id > @after AND ((sealed_password IS NOT NULL AND (password_key IS NULL OR NOT password_key = ANY (@newest)))
            OR (sealed_access IS NOT NULL AND (access_key IS NULL OR NOT access_key = ANY (@newest)))
            OR (sealed_refresh IS NOT NULL AND (refresh_key IS NULL OR NOT refresh_key = ANY (@newest))))
        ORDER BY id LIMIT @limit
        """;

    /// <summary>A login that was renewed meanwhile is left: it was sealed anew by that.</summary>
    public const string Reseal = """
        UPDATE credential c SET sealed_password = n.password, password_key = n.password_key, sealed_access = n.access, access_key = n.access_key,
            sealed_refresh = n.refresh, refresh_key = n.refresh_key, seal_no = c.seal_no + 1
        FROM unnest(@ids, @seals, @passwords, @passwordKeys, @accesses, @accessKeys, @refreshes, @refreshKeys)
            AS n (id, seal, password, password_key, access, access_key, refresh, refresh_key)
        WHERE c.id = n.id AND c.seal_no = n.seal
        """;

    public const string Status = """
        SELECT (SELECT count(*) FROM credential WHERE num_nonnulls(sealed_password, sealed_access, sealed_refresh) > 0) AS logins,
            (SELECT count(*) FROM credential WHERE (sealed_password IS NOT NULL AND password_key IS NULL)
                OR (sealed_access IS NOT NULL AND access_key IS NULL)) AS former,
            (SELECT count(DISTINCT c.id) FROM credential c JOIN vault_key k ON k.id IN (c.password_key, c.access_key, c.refresh_key)
                WHERE EXISTS (SELECT FROM vault_key n WHERE n.key_group = k.key_group AND n.version > k.version)) AS behind,
            (SELECT count(*) FROM vault_key WHERE retired_at IS NOT NULL) AS retired;
        SELECT wrapper, kek_version AS kek, count(*) AS keys, min(made_at) AS oldest FROM vault_key WHERE retired_at IS NULL
        GROUP BY wrapper, kek_version ORDER BY wrapper, kek_version;
        SELECT marketplace, login, state, password_tail, password_at, access_tail, access_at, access_expires_at
        FROM credential WHERE scope = 'partner' ORDER BY marketplace, login
        """;
}
