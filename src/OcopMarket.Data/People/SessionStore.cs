using Dapper;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>A session as it stands now, with what its person is and may do at this moment.</summary>
public sealed record LiveSession
{
    public Guid Id { get; init; }
    public long PersonId { get; init; }
    public string Name { get; init; } = "";
    public string Role { get; init; } = "";
    public string Scope { get; init; } = "";
    public bool IsStrong { get; init; }
    public bool Remembered { get; init; }
    public DateTimeOffset ProvedAt { get; init; }
    public DateTimeOffset SeenAt { get; init; }
}

/// <param name="Id">Random, 128 bits.</param>
/// <param name="Stamp">The person's security stamp: when that changes, the session is over.</param>
/// <param name="IsStrong">Two factors, or a passkey that knew its person.</param>
/// <param name="Remembered">Ends by <see cref="SessionTimes.Remembered"/> alone.</param>
public sealed record NewSession(Guid Id, long PersonId, string Stamp, bool IsStrong, bool Remembered, DateTimeOffset At);

/// <param name="Idle">Without a request for so long, it is over.</param>
/// <param name="Absolute">So long after the sign-in it is over.</param>
/// <param name="Remembered">In the place of both, where the person asked for it.</param>
public sealed record SessionTimes(TimeSpan Idle, TimeSpan Absolute, TimeSpan Remembered);

/// <summary>Who is signed in. The cookie names a row; without the row, or with a person who was changed or disabled, it opens nothing.</summary>
public sealed class SessionStore(PortalDatabase portal)
{
    private const string Insert = """
        INSERT INTO identity.session (id, person_id, stamp, is_strong, remembered, created_at, proved_at, seen_at)
        VALUES (@Id, @PersonId, @Stamp, @IsStrong, @Remembered, @At, @At, @At)
        """;

    private const string Live = """
        SELECT s.id, s.person_id, p.name, p.role, p.scope, s.is_strong, s.remembered, s.proved_at, s.seen_at
        FROM identity.session s JOIN identity.person p ON p.id = s.person_id
        WHERE s.id = @id AND s.stamp = p.security_stamp AND p.disabled_at IS NULL AND CASE WHEN s.remembered
            THEN s.created_at > @now - @Remembered ELSE s.seen_at > @now - @Idle AND s.created_at > @now - @Absolute END
        """;

    /// <summary>Idle time is known to the minute; not every request writes.</summary>
    private const string Touch = "UPDATE identity.session SET seen_at = @now WHERE id = @id AND seen_at < @now - interval '1 minute'";

    private const string Sweep = """
        DELETE FROM identity.session WHERE CASE WHEN remembered
            THEN created_at <= @now - @Remembered ELSE seen_at <= @now - @Idle OR created_at <= @now - @Absolute END;
        DELETE FROM identity.link WHERE expires_at <= @now;
        DELETE FROM identity.sign_in_try WHERE at <= @now - interval '1 day';
        DELETE FROM identity.day_use WHERE day < (@now AT TIME ZONE 'UTC')::date - 1;
        DELETE FROM identity.api_key WHERE least(ended_at, expires_at) <= @now - interval '90 days'
        """;

    public Task AddAsync(NewSession session, CancellationToken cancellationToken) => RunAsync(Insert, session, cancellationToken);

    /// <returns>Null: there is no such session any more.</returns>
    public async Task<LiveSession?> FindAsync(Guid id, SessionTimes times, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        var session = await connection.QuerySingleOrDefaultAsync<LiveSession>(new CommandDefinition(
            Live, new { id, now, times.Idle, times.Absolute, times.Remembered }, cancellationToken: cancellationToken));
        if (session is not null && now - session.SeenAt > TimeSpan.FromMinutes(1))
        {
            await connection.ExecuteAsync(new CommandDefinition(Touch, new { id, now }, cancellationToken: cancellationToken));
        }

        return session;
    }

    public Task RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        RunAsync("DELETE FROM identity.session WHERE id = @id", new { id }, cancellationToken);

    public Task RemoveAllAsync(long personId, CancellationToken cancellationToken) =>
        RunAsync("DELETE FROM identity.session WHERE person_id = @personId", new { personId }, cancellationToken);

    /// <summary>Takes out what is over: sessions, links, counts of tries, and keys of the API that ended long ago.</summary>
    public Task SweepAsync(SessionTimes times, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(Sweep, new { now, times.Idle, times.Absolute, times.Remembered }, cancellationToken);

    private async Task RunAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }
}
