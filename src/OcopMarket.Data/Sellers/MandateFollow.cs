using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sellers;

/// <summary>A mandate whose shop is still to be brought in line with it.</summary>
public sealed record MandateDue
{
    public long Id { get; init; }
    public long AccountId { get; init; }
    public long? ProducerId { get; init; }
    public DateTimeOffset FollowAt { get; init; }
}

/// <summary>What mandates mean for listings, after the portal wrote them. Done again it changes nothing, so whoever dies on the way leaves it to
/// the next, and two at once do no harm.</summary>
public sealed class MandateFollow(NpgsqlDataSource dataSource, AccountStore accounts)
{
    private const string Due =
        "SELECT id, account_id, producer_id, follow_at FROM mandate WHERE follow_at IS NOT NULL ORDER BY follow_at LIMIT @limit";

    /// <summary>Not when it changed once more meanwhile.</summary>
    private const string Done = "UPDATE mandate SET follow_at = NULL WHERE id = @Id AND follow_at = @FollowAt";

    private const string Postpone = "UPDATE mandate SET follow_at = clock_timestamp() WHERE id = @Id AND follow_at = @FollowAt";

    public async Task<IReadOnlyList<MandateDue>> DueAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<MandateDue>(new CommandDefinition(Due, new { limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>What was due to the shop rests or goes out, and its listings say why; listings that waited for a shop get one.</summary>
    public async Task FollowAsync(MandateDue due, CancellationToken cancellationToken)
    {
        await accounts.FollowAsync([due.AccountId], due.ProducerId is { } producer ? [producer] : [], cancellationToken);
        await RunAsync(Done, due, cancellationToken);
    }

    /// <summary>The others come first.</summary>
    public Task PostponeAsync(MandateDue due, CancellationToken cancellationToken) => RunAsync(Postpone, due, cancellationToken);

    private async Task RunAsync(string sql, MandateDue due, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, due, cancellationToken: cancellationToken));
    }
}
