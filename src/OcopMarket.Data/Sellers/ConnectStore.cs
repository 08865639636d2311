using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Sellers;

/// <summary>An attempt that a worker has taken; nobody else has its code.</summary>
public sealed record TakenAttempt
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public long AccountId { get; init; }
    public long? ProducerId { get; init; }
    public string Marketplace { get; init; } = "";
    internal string? Code { get; init; }
    public string? ClaimedShop { get; init; }

    /// <summary>What its owner typed, sealed for the workers with the key of this number; opens for this shop and person alone.</summary>
    internal byte[]? Typed { get; init; }
    internal long? TypedKey { get; init; }
    internal long PersonId { get; init; }
    public string Person { get; init; } = "";
    public string Keeper { get; init; } = "";
    public string Origin { get; init; } = "";
    public string? Correlation { get; init; }

    public ConsentReturn Return => new(new(Code ?? ""), ClaimedShop);
    public Actor By => new(Person, Origin, Correlation);
}

/// <summary>Connects and disconnects shops, with their tokens, state, history and audit in one transaction. A refused attempt changes nothing of
/// a shop but what people are told.</summary>
public sealed class ConnectStore(NpgsqlDataSource dataSource, CredentialVault vault, CredentialStore credentials, AccountStore accounts)
{
    public const string Conflict = "connect_conflict";
    public const string OtherShop = "connect_other_shop";

    /// <summary>Longer than a call may take.</summary>
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _staffs = TimeSpan.FromDays(2);
    private static readonly TimeSpan _producers = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<TakenAttempt>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<TakenAttempt>(
            new CommandDefinition(ConnectSql.Take, new { limit, lease = _lease }, cancellationToken: cancellationToken))];
    }

    /// <summary>Ends what nobody ends any more, and erases its code.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(ConnectSql.Sweep, cancellationToken: cancellationToken));
    }

    /// <summary>Asked before the code is used as well: a platform that gives new tokens ends those that another may be working with.</summary>
    /// <returns>True: the shop may be connected as far as we know; false: the attempt has ended, people were told.</returns>
    public async Task<bool> MayConnectAsync(TakenAttempt attempt, string shop, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var may = await MayAsync(transaction, attempt, shop, cancellationToken) is not null;
        await transaction.CommitAsync(cancellationToken);
        return may;
    }

    /// <returns>False: the attempt has ended otherwise; the tokens were not kept.</returns>
    public async Task<bool> ConnectAsync(TakenAttempt attempt, ConsentGrant grant, CancellationToken cancellationToken)
    {
        var name = new { marketplace = attempt.Marketplace, scope = "shop", login = grant.ExternalShopId };
        while (true)
        {
            var id = await credentials.PlaceAsync(name, cancellationToken);
            SecretPlace At(string field) => new(id, attempt.Marketplace, grant.ExternalShopId, field);
            var access = await vault.SealAsync(grant.AccessToken, At(CredentialStore.AccessField), cancellationToken);
            var refresh = await vault.SealAsync(RefreshPair.Seal(grant.RefreshToken, null), At(CredentialStore.RefreshField), cancellationToken);
            if (await WriteAsync(attempt, grant, id, access, refresh, cancellationToken) is { } done)
            {
                if (done)
                {
                    await FollowAllAsync(attempt.AccountId, attempt.ProducerId, cancellationToken);
                }

                return done;
            }
        }
    }

    /// <summary>A shop gets what the platform gave for the login that its owner handed over, in the place of what it had; one that was to leave, or
    /// has left, is back. The login goes by the shop's id and not by what was typed: a new key takes the place of the old one, an erasure finds it,
    /// and no shop can write over another's.</summary>
    /// <param name="parameters">Of the login, such as where the shop is.</param>
    /// <param name="attempt">What it ends, in the same transaction; null: it was given at the command line.</param>
    /// <returns>False: the shop is gone or is another one by now, another account holds its login, or the attempt has ended; nothing was kept.</returns>
    public async Task<bool> GiveAsync(
        ShopRow shop, IReadOnlyDictionary<string, string> parameters, SellerTokens tokens, Actor by, TakenAttempt? attempt,
        CancellationToken cancellationToken)
    {
        var name = new { marketplace = shop.Marketplace, scope = "shop", login = shop.ExternalId! };
        while (true)
        {
            var id = await credentials.PlaceAsync(name, cancellationToken);
            var access = await vault.SealAsync(
                tokens.AccessToken, new SecretPlace(id, name.marketplace, name.login, CredentialStore.AccessField), cancellationToken);
            if (await WriteAsync(shop, parameters, tokens, id, access, by, attempt, cancellationToken) is { } done)
            {
                return done;
            }
        }
    }

    /// <summary>Tokens are erased at once, and nothing is sent to the shop until its owner consents again.</summary>
    public async Task DisconnectAsync(TakenAttempt attempt, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isErased = await EraseAsync(transaction, attempt, null, cancellationToken);
        await RunAsync(transaction, ConnectSql.End, new { attempt.Id, result = isErased ? null : "connect_none" }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await FollowAsync(attempt, cancellationToken);
    }

    /// <summary>The same for somebody at the command line, who leaves no attempt behind: whatever is under way for this shop is overtaken.</summary>
    /// <returns>False: it has no login of its own that could be erased; nothing was changed.</returns>
    public async Task<bool> DisconnectAsync(ShopRow shop, Actor by, string reason, CancellationToken cancellationToken)
    {
        var now = new TakenAttempt
        {
            Id = long.MaxValue,
            AccountId = shop.Id,
            ProducerId = shop.ProducerId,
            Marketplace = shop.Marketplace,
            Person = by.Name,
            Origin = by.From,
            Correlation = by.Correlation,
        };
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await EraseAsync(transaction, now, reason, cancellationToken))
        {
            return false;
        }

        await transaction.CommitAsync(cancellationToken);
        await FollowAsync(now, cancellationToken);
        return true;
    }

    /// <summary>Who dies before the listings are followed up leaves a shop that is checked at once, and the check follows them up.</summary>
    private static async Task<bool> EraseAsync(NpgsqlTransaction transaction, TakenAttempt attempt, string? reason, CancellationToken cancellationToken)
    {
        var shop = (await LockAsync(transaction, attempt, null, cancellationToken)).Single();
        await RunAsync(transaction, ConnectSql.Overtake, new { account = attempt.AccountId, attempt.Id }, cancellationToken);
        if (await RunAsync(transaction, ConnectSql.Erase, new { credential = shop.CredentialId }, cancellationToken) == 0)
        {
            return false;
        }

        await RunAsync(transaction, ConnectSql.Detach, new { account = attempt.AccountId, attempt.Person, reason }, cancellationToken);
        await AuditLog.WriteAsync(
            transaction,
            new(attempt.By, "shop.disconnect") { ProducerId = attempt.ProducerId, Before = new { account = shop.Id, shop = shop.ExternalId, credential = shop.CredentialId } },
            cancellationToken);
        return true;
    }

    /// <param name="code">Why, for people; the platform's own words stay in the log.</param>
    public async Task RefuseAsync(TakenAttempt attempt, string code, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(ConnectSql.End, new { attempt.Id, result = code }, cancellationToken: cancellationToken));
    }

    public async Task KeepUntilAsync(long credential, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(ConnectSql.Until, new { credential, until }, cancellationToken: cancellationToken));
    }

    /// <returns>Null: a key was replaced, or the login has another number; to be sealed and written once more.</returns>
    private async Task<bool?> WriteAsync(
        TakenAttempt attempt, ConsentGrant grant, long id, SealedSecret access, SealedSecret refresh, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await MayAsync(transaction, attempt, grant.ExternalShopId, cancellationToken) is not { } shop)
        {
            await transaction.CommitAsync(cancellationToken);
            return false;
        }

        if (!await CredentialVault.HoldAsync(transaction, access, cancellationToken) || !await CredentialVault.HoldAsync(transaction, refresh, cancellationToken))
        {
            return null;
        }

        var written = await RunAsync(
            transaction, ConnectSql.Connect,
            new
            {
                id,
                attempt.Marketplace,
                login = grant.ExternalShopId,
                access = access.Bytes,
                accessKey = access.Key,
                tail = CredentialVault.TailOf(grant.AccessToken),
                grant.AccessLife,
                refresh = refresh.Bytes,
                refreshKey = refresh.Key,
                attempt.Keeper,
            },
            cancellationToken);
        if (written == 0)
        {
            return null;
        }

        if (await RunAsync(transaction, ConnectSql.End, new { attempt.Id, result = (string?)null }, cancellationToken) == 0)
        {
            return false; // it was given up meanwhile, and the person told so
        }

        await RunAsync(
            transaction, ConnectSql.Attach, new { account = attempt.AccountId, shop = grant.ExternalShopId, credential = id, attempt.Person }, cancellationToken);
        await AuditLog.WriteAsync(
            transaction,
            new(attempt.By, "shop.connect")
            {
                ProducerId = attempt.ProducerId,
                Before = new { shop = shop.ExternalId, credential = shop.CredentialId },
                After = new { account = shop.Id, attempt.Marketplace, shop = grant.ExternalShopId, credential = id },
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <returns>Null: a key was replaced, or the login has another number; to be sealed and written once more.</returns>
    private async Task<bool?> WriteAsync(
        ShopRow shop, IReadOnlyDictionary<string, string> parameters, SellerTokens tokens, long id, SealedSecret access, Actor by,
        TakenAttempt? attempt, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = (await LockAsync(transaction, new() { AccountId = shop.Id, Marketplace = shop.Marketplace }, null, cancellationToken)).SingleOrDefault();
        if (now?.ExternalId != shop.ExternalId || await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
                LeaveSql.IsShared, new { credential = id, account = shop.Id }, transaction, cancellationToken: cancellationToken)))
        {
            return false;
        }

        if (!await CredentialVault.HoldAsync(transaction, access, cancellationToken))
        {
            return null;
        }

        var written = await RunAsync(
            transaction, CredentialStore.Upsert,
            new
            {
                id,
                shop.Marketplace,
                scope = "shop",
                login = shop.ExternalId,
                parameters = JsonSerializer.Serialize(parameters),
                password = (byte[]?)null,
                passwordKey = (long?)null,
                passwordTail = (string?)null,
                access = access.Bytes,
                accessKey = access.Key,
                accessTail = CredentialVault.TailOf(tokens.AccessToken),
                expires = tokens.ExpiresAt,
            },
            cancellationToken);
        if (written == 0)
        {
            return null;
        }

        if (attempt is not null && await RunAsync(transaction, ConnectSql.End, new { attempt.Id, result = (string?)null }, cancellationToken) == 0)
        {
            return false; // a disconnection came after it, or it was given up and the person told so
        }

        await RunAsync(transaction, ConnectSql.Keep, new { id, keeper = attempt?.Keeper, expires = tokens.ExpiresAt }, cancellationToken);
        await RunAsync(
            transaction, ConnectSql.Attach, new { account = shop.Id, shop = shop.ExternalId, credential = id, person = by.Name }, cancellationToken);
        await RunAsync(transaction, ConnectSql.DropFormer, new { former = now!.CredentialId }, cancellationToken);
        await AuditLog.WriteAsync(
            transaction,
            new(by, "credential.save")
            {
                ProducerId = now.ProducerId,
                Before = new { credential = now.CredentialId },
                After = new { account = shop.Id, shop.Marketplace, shop = shop.ExternalId, credential = id, tokens.ExpiresAt },
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await FollowAllAsync(shop.Id, now.ProducerId, cancellationToken);
        return true;
    }

    /// <summary>A shop that is back sells again for everybody it served, whoever of them connected it: none waits for the day's plan.</summary>
    private async Task FollowAllAsync(long account, long? owner, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var served = await connection.QueryAsync<long>(new CommandDefinition(
            ConnectSql.Served, new { account }, cancellationToken: cancellationToken));
        await accounts.FollowAsync([account], [.. owner is { } own ? served.Union([own]) : served], cancellationToken);
    }

    /// <summary>One account is one shop for good, and one shop is one account's.</summary>
    /// <returns>Null: refused; the attempt has ended and those concerned are told when the transaction commits.</returns>
    private static async Task<LockedShop?> MayAsync(NpgsqlTransaction transaction, TakenAttempt attempt, string shop, CancellationToken cancellationToken)
    {
        var found = await LockAsync(transaction, attempt, shop, cancellationToken);
        var own = found.Single(s => s.Id == attempt.AccountId);
        var holder = found.Find(s => s.Id != attempt.AccountId);
        var result = holder is not null ? Conflict : own.ExternalId is { } known && known != shop ? OtherShop : null;
        if (result is null)
        {
            return own;
        }

        await RunAsync(transaction, ConnectSql.End, new { attempt.Id, result }, cancellationToken);
        var news = (await transaction.Connection!.QueryAsync<long>(new CommandDefinition(
            ConnectSql.Tell,
            new
            {
                accounts = found.Select(s => s.Id).ToArray(),
                code = result,
                owner = holder is not null ? "staff" : attempt.Keeper,
                due = holder is not null || attempt.Keeper == "staff" ? _staffs : _producers,
            },
            transaction, cancellationToken: cancellationToken))).ToHashSet();

        // A shop's number can be invented: who holds it is told once while it is open, not for every try.
        foreach (var told in found.Where(s => s.Id == attempt.AccountId || news.Contains(s.Id)))
        {
            await AuditLog.WriteAsync(
                transaction,
                new(attempt.By, "shop.connect.refused") { ProducerId = told.ProducerId, After = new { account = told.Id, attempt.Marketplace, code = result } },
                cancellationToken);
        }

        return null;
    }

    private static async Task<List<LockedShop>> LockAsync(
        NpgsqlTransaction transaction, TakenAttempt attempt, string? shop, CancellationToken cancellationToken) =>
        (await transaction.Connection!.QueryAsync<LockedShop>(new CommandDefinition(
            ConnectSql.Lock, new { account = attempt.AccountId, attempt.Marketplace, shop }, transaction, cancellationToken: cancellationToken))).AsList();

    private Task FollowAsync(TakenAttempt attempt, CancellationToken cancellationToken) =>
        accounts.FollowAsync([attempt.AccountId], attempt.ProducerId is { } producer ? [producer] : [], cancellationToken);

    private static Task<int> RunAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private sealed record LockedShop
    {
        public long Id { get; init; }
        public long? ProducerId { get; init; }
        public string? ExternalId { get; init; }
        public long? CredentialId { get; init; }
    }
}
