using Dapper;

namespace OcopMarket.Data.Reading;

/// <summary>How a shop stands with its platform's consent.</summary>
public sealed record ConnectStanding
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string ShopName { get; init; } = "";
    public string State { get; init; } = "";

    /// <summary>The asking business' own, or anybody's within the scope of staff.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The platform's own number of the shop is known.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Its own access to the platform, by consent or by a login that was given, is there and holds.</summary>
    public bool IsConnected { get; init; }

    /// <summary>A login of its own, of whatever kind, which can be erased.</summary>
    public bool HasLogin { get; init; }
    public DateTimeOffset? ConsentUntil { get; init; }

    /// <summary>The operator's number with the platform; null: the operator has not entered its login.</summary>
    public string? App { get; init; }

    /// <summary>Of the last attempt within a day: kind, step, result; null: there was none.</summary>
    public string? AttemptKind { get; init; }
    public string? AttemptStep { get; init; }
    public string? AttemptResult { get; init; }
    public IReadOnlyList<AccountIssue> Issues { get; init; } = [];

    /// <summary>Handed to the workers and not ended.</summary>
    public bool IsRunning => AttemptStep is "returned" or "working";
}

/// <param name="Id">Its number.</param>
/// <param name="Public">What <c>SealedBox</c> seals for.</param>
public sealed record IntakeKey(long Id, byte[] Public);

public sealed record AccountIssue
{
    public string Code { get; init; } = "";
    public string Owner { get; init; } = "";
    public string[] Args { get; init; } = [];
    public DateTimeOffset DueAt { get; init; }
}

/// <param name="StateHash">SHA-256 of what travels; empty for a disconnection, which does not.</param>
/// <param name="Keeper">producer or staff: who is to consent again one day.</param>
public sealed record NewAttempt(
    long Account, byte[]? StateHash, Guid Session, long PersonId, string Person, string Keeper, string Origin, string? Correlation);

/// <summary>What the portal writes of connections: it begins them and hands on what came back. Tokens and codes it cannot read.</summary>
public sealed class ConnectPortal(ReadingDatabase database, WritingDatabase writing)
{
    /// <summary>Logins that are tried within an hour, of one shop and of one person.</summary>
    private const int MostOfShop = 5;
    private const int MostOfPerson = 40;

    private const string Standing = $"""
        SELECT a.id, a.marketplace, a.shop_name, a.state, (@own::bigint IS NULL OR a.producer_id = @own) AS is_own,
            a.external_id IS NOT NULL AS is_known,
            coalesce(c.state = 'active' AND c.scope = 'shop' AND c.access_at IS NOT NULL, false) AS is_connected,
            coalesce(c.state = 'active' AND c.scope = 'shop', false) AS has_login, c.consent_until,
            (SELECT p.login FROM credential p WHERE p.marketplace = a.marketplace AND p.scope = 'partner' AND p.state = 'active'
                AND p.password_at IS NOT NULL ORDER BY p.password_at DESC, p.id DESC LIMIT 1) AS app,
            t.kind AS attempt_kind, t.step AS attempt_step, t.result AS attempt_result
        FROM seller_account a LEFT JOIN credential c ON c.id = a.credential_id
        LEFT JOIN LATERAL (
            SELECT kind, step, result FROM connect_attempt WHERE account_id = a.id AND step <> 'begun' AND began_at > now() - interval '1 day'
            ORDER BY id DESC LIMIT 1) t ON true
        WHERE a.id = @id AND {AccountQueries.Own};
        SELECT i.code, i.owner, i.args, i.due_at FROM account_issue i JOIN seller_account a ON a.id = i.account_id
        WHERE i.account_id = @id AND i.closed_at IS NULL AND {AccountQueries.Own} ORDER BY i.due_at, i.id;
        """;

    private const string Begin = """
        INSERT INTO connect_attempt
            (kind, state_hash, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace, step, returned_at)
        SELECT CASE WHEN @StateHash::bytea IS NULL THEN 'disconnect' ELSE 'connect' END, @StateHash, @Session, @PersonId, @Person, @Keeper, @Origin,
            @Correlation, a.id, a.producer_id, a.marketplace, CASE WHEN @StateHash::bytea IS NULL THEN 'returned' ELSE 'begun' END,
            CASE WHEN @StateHash::bytea IS NULL THEN now() END
        FROM seller_account a
        WHERE a.id = @Account AND (@own::bigint IS NULL OR a.producer_id = @own) AND a.state <> 'closed'
        RETURNING id, pg_notify('ocop_work', '')::text
        """;

    private const string Intake = "SELECT id, public_key AS \"public\" FROM intake_key ORDER BY id DESC LIMIT 1";

    /// <summary>One at a time for a shop, and few an hour: a platform locks who guesses, and we are not to be what somebody guesses with.</summary>
    private const string Type = """
        INSERT INTO connect_attempt
            (kind, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace, step, returned_at, typed, typed_key)
        SELECT 'login', @Session, @PersonId, @Person, @Keeper, @Origin, @Correlation, a.id, a.producer_id, a.marketplace, 'returned', now(), @typed, @key
        FROM seller_account a
        WHERE a.id = @Account AND (@own::bigint IS NULL OR a.producer_id = @own) AND a.state <> 'closed' AND a.external_id IS NOT NULL
          AND (SELECT count(*) FROM connect_attempt t WHERE t.kind = 'login' AND t.account_id = a.id AND t.began_at > now() - interval '1 hour') < @shops
          AND (SELECT count(*) FROM connect_attempt t WHERE t.kind = 'login' AND t.person_id = @PersonId AND t.began_at > now() - interval '1 hour') < @persons
        ON CONFLICT (account_id) WHERE kind = 'login' AND ended_at IS NULL DO NOTHING
        RETURNING id, pg_notify('ocop_work', '')::text
        """;

    /// <summary>Once: the first who comes back with it has it.</summary>
    private const string Return = """
        UPDATE connect_attempt SET returned_at = now(), code = @code, claimed_shop = @shop,
            step = CASE WHEN @code::text IS NULL THEN 'refused' ELSE 'returned' END,
            result = CASE WHEN @code::text IS NULL THEN 'connect_denied' END, ended_at = CASE WHEN @code::text IS NULL THEN now() END
        WHERE state_hash = @hash AND session_id = @session AND person_id = @person AND marketplace = @marketplace AND step = 'begun'
          AND expires_at > now()
        RETURNING account_id, pg_notify('ocop_work', '')::text
        """;

    /// <summary>A platform answers for itself alone; a state that came back from another one is spent.</summary>
    private const string Why = """
        UPDATE connect_attempt SET step = 'refused', result = 'connect_platform', ended_at = now()
        WHERE state_hash = @hash AND session_id = @session AND person_id = @person AND marketplace <> @marketplace AND step = 'begun';
        SELECT CASE WHEN session_id <> @session OR person_id <> @person THEN 'connect_session' WHEN marketplace <> @marketplace THEN 'connect_platform'
            WHEN returned_at IS NOT NULL THEN 'connect_used' ELSE 'connect_expired' END
        FROM connect_attempt WHERE state_hash = @hash
        """;

    /// <returns>Null: there is no such shop for whoever asks.</returns>
    public Task<ConnectStanding?> FindAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        Standing,
        new { id },
        async grid =>
        {
            var shop = await grid.ReadSingleOrDefaultAsync<ConnectStanding>();
            var issues = (await grid.ReadAsync<AccountIssue>()).AsList();
            return shop is null ? null : shop with { Issues = issues };
        },
        cancellationToken);

    /// <returns>Whether it was begun; false: no such shop, or not the asking business' own.</returns>
    public async Task<bool> BeginAsync(NewAttempt attempt, CancellationToken cancellationToken) =>
        await writing.FirstAsync<long?>(Begin, attempt, cancellationToken) is not null;

    /// <returns>The key that seals what is typed now, and its number; null: no worker has made one yet.</returns>
    public Task<IntakeKey?> IntakeAsync(CancellationToken cancellationToken) => writing.FirstAsync<IntakeKey>(Intake, new { }, cancellationToken);

    /// <param name="attempt">Without a state: nobody travels.</param>
    /// <param name="typed">Sealed for the workers, with the key of that number.</param>
    /// <returns>False: no such shop, another login of it is being tried, or there were too many within the hour.</returns>
    public async Task<bool> TypeAsync(NewAttempt attempt, byte[] typed, long key, CancellationToken cancellationToken) =>
        await writing.FirstAsync<long?>(
            Type,
            new
            {
                attempt.Account,
                attempt.Session,
                attempt.PersonId,
                attempt.Person,
                attempt.Keeper,
                attempt.Origin,
                attempt.Correlation,
                typed,
                key,
                shops = MostOfShop,
                persons = MostOfPerson,
            },
            cancellationToken) is not null;

    /// <param name="code">Null: the owner did not consent.</param>
    /// <returns>The shop; null: this state is not good here and now.</returns>
    public Task<long?> ReturnAsync(
        byte[] hash, Guid session, long person, string marketplace, string? code, string? shop, CancellationToken cancellationToken) =>
        writing.FirstAsync<long?>(Return, new { hash, session, person, marketplace, code, shop }, cancellationToken);

    /// <returns>A stable code; a state that the asking person may not know of is unknown.</returns>
    public async Task<string> WhyNotAsync(byte[] hash, Guid session, long person, string marketplace, CancellationToken cancellationToken) =>
        await writing.FirstAsync<string>(Why, new { hash, session, person, marketplace }, cancellationToken) ?? "connect_state";
}
