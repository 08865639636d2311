using System.Security.Cryptography;
using System.Text;
using Dapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>A personal key reads what its person may, a service key what was written beside it.</summary>
public enum ApiKeyKind { Personal, Service }

/// <param name="Scope">Of a service key; null: a personal one.</param>
/// <param name="Resources">What a service key reads, as words; null: a personal one.</param>
/// <param name="MadeBy">Number of the person who makes it.</param>
public sealed record NewApiKey(
    string Name, long OwnerId, DataScope? Scope, IReadOnlyList<string>? Resources, long MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt)
{
    public ApiKeyKind Kind => Scope is null ? ApiKeyKind.Personal : ApiKeyKind.Service;
}

/// <summary>A key as a list shows it, and as a request finds it, with what its owner is at this moment. The key itself is stored nowhere.</summary>
public sealed record ApiKeyRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary>Its last four characters.</summary>
    public string Tail { get; init; } = "";
    public long OwnerId { get; init; }
    public string Owner { get; init; } = "";
    public string OwnerRole { get; init; } = "";
    public string OwnerScope { get; init; } = "";

    /// <summary>The owner may not sign in any more.</summary>
    public bool OwnerDisabled { get; init; }

    /// <summary>The owner has a second factor or a passkey.</summary>
    public bool OwnerStrong { get; init; }
    public string? Scope { get; init; }
    public string[]? Resources { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Keys of the API: 256 random bits each, kept as their SHA-256 only. Who makes or ends one stands in the audit.</summary>
public sealed class ApiKeyStore(PortalDatabase portal)
{
    /// <summary>How every key begins, so that one which lies about is known for what it is.</summary>
    public const string Prefix = "ocop_";

    /// <summary>Keys of one owner that work at the same time.</summary>
    public const int MostOfOne = 10;

    /// <summary>The longest that one works.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(365);

    private const int Shown = 1_000;

    private const string Strong = "(p.two_factor_enabled OR EXISTS (SELECT FROM identity.person_passkey y WHERE y.user_id = p.id))";

    private const string Select = $"""
        SELECT k.id, k.kind, k.name, k.tail, k.owner_id, p.name AS owner, p.role AS owner_role, p.scope AS owner_scope,
               p.disabled_at IS NOT NULL AS owner_disabled,
               {Strong} AS owner_strong,
               k.scope, k.resources, k.made_at, k.expires_at, k.used_at, k.ended_at
        FROM identity.api_key k JOIN identity.person p ON p.id = k.owner_id
        """;

    private const string IsStrong = $"SELECT {Strong} FROM identity.person p WHERE p.id = @person";

    private const string Find = Select + " WHERE k.hash = @hash";

    private const string List = Select + """
         WHERE @owner::bigint IS NULL OR k.owner_id = @owner
        ORDER BY k.ended_at IS NOT NULL OR k.expires_at <= @now, k.made_at DESC, k.id DESC LIMIT @limit
        """;

    /// <summary>Of two who make a key for one owner at once the second waits here, and only then counts.</summary>
    private const string Hold = "SELECT true FROM identity.person WHERE id = @OwnerId AND disabled_at IS NULL FOR NO KEY UPDATE";

    private const string Working = """
        SELECT count(*) FROM identity.api_key WHERE owner_id = @OwnerId AND ended_at IS NULL AND expires_at > @MadeAt
        """;

    private const string Insert = """
        INSERT INTO identity.api_key (hash, tail, kind, name, owner_id, scope, resources, made_at, made_by, expires_at)
        VALUES (@hash, @tail, @kind, @Name, @OwnerId, @scope, @resources, @MadeAt, @MadeBy, @ExpiresAt) RETURNING id
        """;

    private const string End = """
        UPDATE identity.api_key SET ended_at = @now WHERE id = @id AND ended_at IS NULL AND (@owner::bigint IS NULL OR owner_id = @owner)
        RETURNING kind, name, tail, owner_id
        """;

    private const string EndPersonal = """
        UPDATE identity.api_key SET ended_at = @now WHERE owner_id = @owner AND kind = 'personal' AND ended_at IS NULL AND expires_at > @now RETURNING id
        """;

    /// <summary>Not every request writes.</summary>
    private const string Touch = """
        UPDATE identity.api_key SET used_at = @now WHERE id = @id AND (used_at IS NULL OR used_at < @now - interval '1 minute')
        """;

    /// <summary>Whether somebody has a second factor or a passkey here; a directory's does not count for a key, which asks no directory.</summary>
    public async Task<bool> IsStrongAsync(long person, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(IsStrong, new { person }, cancellationToken: cancellationToken));
    }

    /// <returns>The key, which nobody is shown again; null: the owner is gone, or has <see cref="MostOfOne"/> that work.</returns>
    public async Task<string?> MakeAsync(NewApiKey made, Actor by, CancellationToken cancellationToken)
    {
        var key = Prefix + Secrets.NewHex();
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var holder = new { made.OwnerId, made.MadeAt };
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Hold, holder, transaction, cancellationToken: cancellationToken))
            || await connection.ExecuteScalarAsync<long>(
                new CommandDefinition(Working, holder, transaction, cancellationToken: cancellationToken)) >= MostOfOne)
        {
            return null;
        }

        var row = new
        {
            hash = Hash(key),
            tail = key[^4..],
            kind = Core.Words.Of(made.Kind),
            made.Name,
            made.OwnerId,
            scope = made.Scope?.Text,
            resources = made.Resources?.ToArray(),
            made.MadeAt,
            made.MadeBy,
            made.ExpiresAt,
        };
        var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Insert, row, transaction, cancellationToken: cancellationToken));
        var after = new { id, row.kind, row.Name, row.tail, row.OwnerId, row.scope, row.resources, row.ExpiresAt };
        await AuditLog.WriteAsync(transaction, new(by, "api_key.make") { ProducerId = made.Scope?.ProducerId, After = after }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return key;
    }

    /// <param name="owner">Only a key of this person's; null: anybody's.</param>
    /// <returns>False: there is no such key, or it is over already.</returns>
    public async Task<bool> EndAsync(long id, long? owner, Actor by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ended = await connection.QuerySingleOrDefaultAsync<ApiKeyRow>(
            new CommandDefinition(End, new { id, owner, now }, transaction, cancellationToken: cancellationToken));
        if (ended is null)
        {
            return false;
        }

        var before = new { id, ended.Kind, ended.Name, ended.Tail, ended.OwnerId };
        await AuditLog.WriteAsync(transaction, new(by, "api_key.end") { Before = before }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends the keys that somebody made for themselves: whoever had got in may have made one.</summary>
    public async Task EndPersonalAsync(long owner, Actor by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(
            new CommandDefinition(EndPersonal, new { owner, now }, transaction, cancellationToken: cancellationToken))).ToArray();
        if (ids.Length > 0)
        {
            await AuditLog.WriteAsync(transaction, new(by, "api_key.end") { Before = new { ids, ownerId = owner } }, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <param name="owner">Null: everybody's.</param>
    /// <returns>Those that work first, the newest first.</returns>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(long? owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ApiKeyRow>(
            new CommandDefinition(List, new { owner, now, limit = Shown }, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>Also a key that is over; null: we made none like it.</returns>
    public async Task<ApiKeyRow?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKeyRow>(
            new CommandDefinition(Find, new { hash = Hash(key) }, cancellationToken: cancellationToken));
    }

    public async Task TouchAsync(ApiKeyRow key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (key.UsedAt is { } used && now - used <= TimeSpan.FromMinutes(1))
        {
            return;
        }

        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Touch, new { key.Id, now }, cancellationToken: cancellationToken));
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
