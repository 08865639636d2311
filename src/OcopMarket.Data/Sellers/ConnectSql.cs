namespace OcopMarket.Data.Sellers;

/// <summary>What workers do with attempts to connect or disconnect a shop. Shops are locked in the order of their numbers.</summary>
internal static class ConnectSql
{
    /// <summary>Code and typed login leave the table with whoever takes the attempt.</summary>
    public const string Take = """
        WITH due AS MATERIALIZED (
            SELECT id, code, typed FROM connect_attempt WHERE step = 'returned' ORDER BY id LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE connect_attempt c SET step = 'working', code = NULL, typed = NULL, lease_until = now() + @lease FROM due d WHERE c.id = d.id
        RETURNING c.id, c.kind, c.account_id, c.producer_id, c.marketplace, d.code, c.claimed_shop, d.typed, c.typed_key, c.person_id, c.person, c.keeper,
            c.origin, c.correlation
        """;

    /// <summary>A worker that died has lost the code, which works once, or what was typed; nobody came back; or no worker ran for minutes. A disconnection waits for
    /// a worker however long it takes.</summary>
    public const string Sweep = """
        UPDATE connect_attempt SET step = 'returned' WHERE kind = 'disconnect' AND step = 'working' AND lease_until < now();
        UPDATE connect_attempt SET step = 'refused', code = NULL, typed = NULL, ended_at = now(),
            result = CASE WHEN step = 'begun' THEN 'connect_expired' WHEN kind = 'login' THEN 'login_interrupted' ELSE 'connect_interrupted' END
        WHERE kind IN ('connect', 'login') AND ended_at IS NULL AND ((step = 'begun' AND expires_at <= now()) OR (step = 'working' AND lease_until < now())
            OR (step = 'returned' AND returned_at < now() - interval '5 minutes'))
        """;

    /// <summary>The shop itself and whoever has the platform's shop already, as they stand until the transaction ends.</summary>
    public const string Lock = """
        SELECT id, producer_id, external_id, credential_id FROM seller_account
        WHERE id = @account OR (marketplace, external_id) = (@marketplace, @shop) ORDER BY id FOR NO KEY UPDATE
        """;

    /// <summary>Ours while nobody has ended it.</summary>
    public const string End = """
        UPDATE connect_attempt SET step = CASE WHEN @result::text IS NULL THEN 'done' ELSE 'refused' END, result = @result, ended_at = now()
        WHERE id = @id AND step = 'working'
        """;

    /// <summary>Who wants to connect since before the disconnection, and is not done: the later wish holds.</summary>
    public const string Overtake = """
        UPDATE connect_attempt SET step = 'refused', code = NULL, typed = NULL, ended_at = now(),
            result = CASE kind WHEN 'login' THEN 'login_interrupted' ELSE 'connect_interrupted' END
        WHERE account_id = @account AND kind IN ('connect', 'login') AND id < @id AND ended_at IS NULL
        """;

    public const string Connect = $"""
        INSERT INTO credential AS c (id, marketplace, scope, login, key_version, sealed_access, access_key, access_tail, access_at, access_expires_at,
            sealed_refresh, refresh_key, refresh_due_at, refresh_fence, consent_at, keeper, seal_no)
        OVERRIDING SYSTEM VALUE
        VALUES (@id, @marketplace, 'shop', @login, 1, @access, @accessKey, @tail, clock_timestamp(), now() + @accessLife,
            @refresh, @refreshKey, now() + {ConsentTokens.DueIn}, 1, now(), @keeper, 1)
        ON CONFLICT (marketplace, scope, login) DO UPDATE SET
            sealed_access = excluded.sealed_access, access_key = excluded.access_key, access_tail = excluded.access_tail,
            access_at = excluded.access_at, access_expires_at = excluded.access_expires_at,
            sealed_refresh = excluded.sealed_refresh, refresh_key = excluded.refresh_key, refresh_due_at = excluded.refresh_due_at,
            refresh_fence = c.refresh_fence + 1, refresh_begun_at = NULL, refresh_tries = 0, refresh_lease_until = '-infinity',
            consent_at = excluded.consent_at, consent_until = NULL, warned_days = NULL, keeper = excluded.keeper,
            seal_no = c.seal_no + 1, state = 'active', state_code = NULL, updated_at = now()
        WHERE c.id = @id
        """;

    public const string Attach = """
        WITH shop AS (
            UPDATE seller_account SET external_id = @shop, credential_id = @credential, login_wanted = false, leaving_at = NULL, left_at = NULL, next_check_at = now(), sweep_at = now(),
                state = CASE WHEN state IN ('planned', 'reauth_needed') THEN 'registered' ELSE state END,
                state_at = CASE WHEN state IN ('planned', 'reauth_needed') THEN now() ELSE state_at END,
                state_evidence = CASE WHEN state IN ('planned', 'reauth_needed') THEN 'connected' ELSE state_evidence END,
                problem_code = NULL, problem_raw = NULL
            WHERE id = @account RETURNING id, producer_id, state),
        closed AS (
            UPDATE account_issue SET closed_at = now()
            WHERE account_id = @account AND closed_at IS NULL AND code = ANY (ARRAY['shop_reauth', 'consent_ends', 'connect_other_shop', 'connect_conflict']))
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by) SELECT id, producer_id, state, 'connected', @person FROM shop
        """;

    /// <summary>Producers with listings in the shop, or who let it act for them.</summary>
    public const string Served = """
        SELECT producer_id FROM listing WHERE account_id = @account
        UNION SELECT producer_id FROM mandate WHERE account_id = @account AND producer_id IS NOT NULL AND revoked_on IS NULL
        """;

    /// <summary>Nothing of the tokens stays; a renewal that is under way finds a later fence.</summary>
    public const string Erase = """
        UPDATE credential SET sealed_access = NULL, access_key = NULL, access_tail = NULL, access_at = NULL, access_expires_at = NULL,
            sealed_refresh = NULL, refresh_key = NULL, refresh_due_at = NULL, refresh_begun_at = NULL, refresh_fence = refresh_fence + 1,
            refresh_lease_until = '-infinity', consent_until = NULL, warned_days = NULL, seal_no = seal_no + 1,
            state = 'refused', state_code = 'disconnected', updated_at = now()
        WHERE id = @credential AND scope = 'shop'
        """;

    /// <summary>Who gives a login is who is asked again before what came of it ends; a key without an end in sight is nobody's worry.</summary>
    public const string Keep = """
        UPDATE credential SET keeper = coalesce(@keeper, keeper), warned_days = NULL,
            consent_until = CASE WHEN @expires < now() + interval '1 year' THEN @expires END
        WHERE id = @id
        """;

    /// <summary>A login by a name of its own, as versions before kept them, goes with its name, which is a key or a phone number: nothing points at it
    /// any more, so that nobody would find it.</summary>
    public const string DropFormer = """
        DELETE FROM credential c WHERE id = @former AND scope = 'shop' AND NOT EXISTS (SELECT FROM seller_account WHERE credential_id = c.id)
        """;

    public const string Detach = """
        WITH shop AS (
            UPDATE seller_account SET state = 'reauth_needed', state_at = now(), state_evidence = 'disconnected', next_check_at = now()
            WHERE id = @account RETURNING id, producer_id, state),
        closed AS (
            UPDATE account_issue SET closed_at = now()
            WHERE account_id = @account AND closed_at IS NULL AND code = ANY (ARRAY['shop_reauth', 'consent_ends', 'connect_other_shop', 'connect_conflict']))
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by, raw)
        SELECT id, producer_id, state, 'disconnected', @person, @reason::text FROM shop
        """;

    public const string Tell = """
        WITH shops AS (SELECT id, producer_id, marketplace, state FROM seller_account WHERE id = ANY (@accounts)),
        told AS (
            INSERT INTO account_issue (account_id, producer_id, marketplace, code, owner, due_at)
            SELECT id, producer_id, marketplace, @code, @owner, now() + @due FROM shops
            ON CONFLICT (account_id, code) WHERE closed_at IS NULL DO NOTHING RETURNING account_id)
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by)
        SELECT id, producer_id, state, @code, 'worker' FROM shops JOIN told ON told.account_id = shops.id RETURNING account_id
        """;

    /// <summary>The end that the platform names is the owner's choice; a later one than was warned of begins the steps anew.</summary>
    public const string Until = """
        WITH moved AS (
            UPDATE credential SET warned_days = NULL, consent_until = @until
            WHERE id = @credential AND state = 'active' AND consent_until IS DISTINCT FROM @until RETURNING id)
        UPDATE account_issue i SET closed_at = now() FROM seller_account a JOIN moved m ON m.id = a.credential_id
        WHERE i.account_id = a.id AND i.code = 'consent_ends' AND i.closed_at IS NULL
        """;
}
