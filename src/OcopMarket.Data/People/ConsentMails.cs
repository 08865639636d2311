using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>A warning on its way to one person.</summary>
public sealed record ConsentMail
{
    public long NoticeId { get; init; }
    public long PersonId { get; init; }

    /// <summary>How often it was begun, this time included.</summary>
    public int Tries { get; init; }
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";
    public long AccountId { get; init; }
    public string ShopName { get; init; } = "";
    public string Marketplace { get; init; } = "";

    /// <summary>consent_ends, consent_refused.</summary>
    public string Code { get; init; } = "";
    public int? Days { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    public string Key => FormattableString.Invariant($"consent-{NoticeId}-{PersonId}");
}

/// <summary>Which warning about a shop's consent goes to whom by mail. Workers write notices with their warnings; here they become one row for each
/// person, and a row becomes one mail. That it leaves is written down before it leaves: whoever dies on the way loses at most that one mail of that
/// one step, and nobody gets one twice. The warning itself stays on the shop's page either way.</summary>
public sealed class ConsentMails(PortalDatabase portal)
{
    /// <summary>A portal that comes back after longer does not send yesterday's news.</summary>
    private static readonly TimeSpan _fresh = TimeSpan.FromDays(2);
    private const int MostTries = 52; // two days: hourly after the eighth

    private const string Scope = "SELECT set_config('app.scope', @scope, true)";

    private const string Open = """
        SELECT id FROM consent_notice WHERE spread_at IS NULL ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED
        """;

    private const string Scopes =
        "SELECT DISTINCT scope FROM identity.person WHERE role = 'staff' AND disabled_at IS NULL AND email IS NOT NULL ORDER BY scope";

    /// <summary>Who is being erased gets no mail, and nobody waits for that: an erasure comes for the notices that are held here next.</summary>
    private const string Of = """
        p.disabled_at IS NULL AND p.email IS NOT NULL AND n.id = ANY(@ids) AND n.told_at > @oldest
        FOR KEY SHARE OF p SKIP LOCKED ON CONFLICT DO NOTHING
        """;

    private const string Into = "INSERT INTO identity.consent_mail (notice_id, person_id, due_at) SELECT n.id, p.id, @now FROM consent_notice n";

    private const string ToBusiness = $"{Into} JOIN identity.person p ON p.scope = 'producer:' || n.producer_id AND p.role = 'business' WHERE {Of}";

    /// <summary>The database's own rule says which shops lie within the scope that was set before.</summary>
    private const string ToStaff = $"{Into} JOIN identity.person p ON p.scope = @scope AND p.role = 'staff' WHERE {Of}";

    /// <summary>Where nobody else could be told.</summary>
    private const string ToAdmins = $"""
        {Into} JOIN identity.person p ON p.role = 'admin'
        WHERE NOT EXISTS (SELECT FROM identity.consent_mail m WHERE m.notice_id = n.id) AND {Of}
        """;

    private const string Spread = "UPDATE consent_notice SET spread_at = @now WHERE id = ANY(@ids)";

    private const string Begin = """
        WITH due AS MATERIALIZED (
            SELECT notice_id, person_id FROM identity.consent_mail WHERE begun_at IS NULL AND due_at <= @now
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE identity.consent_mail m SET begun_at = @now, tries = m.tries + 1 FROM due d WHERE (m.notice_id, m.person_id) = (d.notice_id, d.person_id)
        RETURNING m.notice_id, m.person_id, m.tries
        """;

    /// <summary>What the person sees now, and not what he saw when the notice was spread.</summary>
    private const string OwnScope = """
        SELECT set_config('app.scope', (SELECT scope FROM identity.person WHERE id = @person AND role <> 'viewer'), true)
        """;

    /// <summary>Nothing when it is no news any more: the shop was connected again, or is none of the person's now.</summary>
    private const string Text = """
        SELECT n.id AS notice_id, p.id AS person_id, @tries AS tries, p.name, p.email, a.id AS account_id, a.shop_name, n.marketplace, n.code, n.days, n.ends_at
        FROM consent_notice n JOIN seller_account a ON a.id = n.account_id JOIN credential c ON c.id = a.credential_id
        JOIN identity.person p ON p.id = @person AND p.disabled_at IS NULL AND p.email IS NOT NULL
        WHERE n.id = @notice
          AND CASE n.code WHEN 'consent_ends' THEN c.state = 'active' AND c.consent_until = n.ends_at ELSE c.state = 'refused' END
        """;

    private const string Drop = "DELETE FROM identity.consent_mail WHERE (notice_id, person_id) = (@NoticeId, @PersonId)";

    private const string Sent = "UPDATE identity.consent_mail SET sent_at = @now WHERE (notice_id, person_id) = (@NoticeId, @PersonId)";

    private const string Later = $"""
        UPDATE identity.consent_mail SET begun_at = NULL, due_at = CASE WHEN tries < @most THEN @now + least(tries * tries, 60) * interval '1 minute' ELSE 'infinity' END
        WHERE (notice_id, person_id) = (@NoticeId, @PersonId)
        """;

    /// <summary>Makes rows of notices; done again it makes none twice.</summary>
    /// <returns>Mails that are to be sent.</returns>
    public async Task<int> SpreadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        Task<int> RunAsync(string sql, object parameters) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

        await RunAsync(Scope, new { scope = DataScope.All.Text });
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(Open, transaction: transaction, cancellationToken: cancellationToken))).ToArray();
        if (ids.Length == 0)
        {
            return 0;
        }

        var oldest = now - _fresh;
        var mails = await RunAsync(ToBusiness, new { ids, now, oldest });
        foreach (var scope in (await connection.QueryAsync<string>(new CommandDefinition(
            Scopes, transaction: transaction, cancellationToken: cancellationToken))).AsList()) // of offices, not of people or shops
        {
            await RunAsync(Scope, new { scope });
            mails += await RunAsync(ToStaff, new { ids, scope, now, oldest });
        }

        await RunAsync(Scope, new { scope = DataScope.All.Text });
        mails += await RunAsync(ToAdmins, new { ids, now, oldest });
        await RunAsync(Spread, new { ids, now });
        await transaction.CommitAsync(cancellationToken);
        return mails;
    }

    /// <summary>Takes the next mail that is due. From here on it counts as gone until <see cref="NotSentAsync"/> says otherwise.</summary>
    /// <returns>Null: none is due.</returns>
    public async Task<ConsentMail?> BeginAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        while (await connection.QuerySingleOrDefaultAsync<ConsentMail>(new CommandDefinition(Begin, new { now }, cancellationToken: cancellationToken)) is { } row)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(OwnScope, new { person = row.PersonId }, transaction, cancellationToken: cancellationToken));
            if (await connection.QuerySingleOrDefaultAsync<ConsentMail>(new CommandDefinition(
                Text, new { notice = row.NoticeId, person = row.PersonId, tries = row.Tries }, transaction, cancellationToken: cancellationToken)) is { } mail)
            {
                return mail;
            }

            await connection.ExecuteAsync(new CommandDefinition(Drop, row, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }

        return null;
    }

    public Task SentAsync(ConsentMail mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(Sent, new { mail.NoticeId, mail.PersonId, now }, cancellationToken);

    /// <summary>The server surely did not take it: it is tried again, later each time, and in the end no more.</summary>
    public Task NotSentAsync(ConsentMail mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(Later, new { mail.NoticeId, mail.PersonId, now, most = MostTries }, cancellationToken);

    private async Task RunAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }
}
