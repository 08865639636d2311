using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sellers;

/// <summary>Says in time that a shop's consent, or the token that its login was exchanged for, will end: 30, 14, 7 and 1 days before, those shorter
/// than the whole; each once. A new consent or login clears it.</summary>
public sealed class ConsentWarnings(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Who slept through a step is told the next one alone. What mails are made of is written with the warning, or neither is.</summary>
    private const string Warn = """
        WITH near AS (
            SELECT c.id, min(s.days) AS days FROM credential c CROSS JOIN unnest(ARRAY[30, 14, 7, 1]) AS s (days)
            WHERE c.state = 'active' AND c.consent_until > @now AND c.consent_until <= @now + s.days * interval '1 day'
              AND s.days * interval '1 day' < c.consent_until - coalesce(c.consent_at, c.access_at)
            GROUP BY c.id),
        warned AS (
            UPDATE credential c SET warned_days = n.days FROM near n
            WHERE c.id = n.id AND (c.warned_days IS NULL OR c.warned_days > n.days)
            RETURNING c.id, c.warned_days, c.consent_until, coalesce(c.keeper, 'staff') AS keeper),
        noticed AS (
            INSERT INTO consent_notice (account_id, producer_id, marketplace, code, days, ends_at, told_at)
            SELECT a.id, a.producer_id, a.marketplace, 'consent_ends', w.warned_days, w.consent_until, @now
            FROM warned w JOIN seller_account a ON a.credential_id = w.id),
        told AS (
            INSERT INTO account_issue AS i (account_id, producer_id, marketplace, code, owner, args, due_at, opened_at)
            SELECT a.id, a.producer_id, a.marketplace, 'consent_ends', w.keeper,
                ARRAY[to_char(w.consent_until AT TIME ZONE 'UTC' + interval '7 hours', 'DD/MM/YYYY'), w.warned_days::text], w.consent_until, @now
            FROM warned w JOIN seller_account a ON a.credential_id = w.id
            ON CONFLICT (account_id, code) WHERE closed_at IS NULL DO UPDATE SET
                owner = excluded.owner, args = excluded.args, due_at = excluded.due_at)
        INSERT INTO account_event (account_id, producer_id, at, state, evidence, told_by)
        SELECT a.id, a.producer_id, @now, a.state, 'consent_ends ' || w.warned_days, 'worker'
        FROM warned w JOIN seller_account a ON a.credential_id = w.id
        """;

    /// <returns>Shops told of.</returns>
    public async Task<int> WarnAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Warn, new { now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }
}
