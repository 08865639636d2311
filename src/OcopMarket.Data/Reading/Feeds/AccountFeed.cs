namespace OcopMarket.Data.Reading.Feeds;

/// <summary>Shops for programs, in the order of their ids.</summary>
public sealed class AccountFeed(ReadingDatabase database)
{
    private const string Account = $"SELECT {AccountQueries.Facts} FROM seller_account a LEFT JOIN producer pr ON pr.id = a.producer_id";

    private const string Page = Account + $"""
         WHERE {AccountQueries.Own} AND (@marketplace::text IS NULL OR a.marketplace = @marketplace) AND (@state::text IS NULL OR a.state = @state)
          AND (@after::bigint IS NULL OR a.id > @after)
        ORDER BY a.id LIMIT @limit
        """;

    private const string One = Account + $" WHERE a.id = @id AND {AccountQueries.Own}";

    public async Task<FeedPage<AccountFacts>> ListAsync(
        string? marketplace, string? state, FeedPlace place, DateOnly today, CancellationToken cancellationToken) => place.Cut(
            await database.QueryAsync<AccountFacts>(Page, new { marketplace, state, today, place.After, place.Limit }, cancellationToken), r => r.Id);

    /// <returns>Null: no such shop.</returns>
    public Task<AccountFacts?> OneAsync(long id, DateOnly today, CancellationToken cancellationToken) =>
        database.FirstAsync<AccountFacts>(One, new { id, today }, cancellationToken);
}
