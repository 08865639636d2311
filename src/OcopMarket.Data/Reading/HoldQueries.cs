using Dapper;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Reading;

/// <param name="Hold">Null: there is none that is open, or nothing of it is for this person to see.</param>
/// <param name="IsWithin">Whether all of it lies within the person's scope.</param>
/// <param name="Lines">One more than asked for where there are more.</param>
public sealed record HoldView(GuardHold? Hold, bool IsWithin, IReadOnlyList<GuardHoldLine> Lines);

/// <summary>What the mass-change guard keeps back, as far as the one who asks may see it.</summary>
public sealed class HoldQueries(ReadingDatabase database)
{
    public const int PageSize = 50;
    private const string One = GuardSql.One + ";SELECT hold_within(@hold);" + GuardSql.LinesOf;

    public async Task<IReadOnlyList<GuardHold>> ListAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync<GuardHold>(GuardSql.List, null, cancellationToken);

    /// <param name="after">Listing with which the page before ended.</param>
    public Task<HoldView> OneAsync(long hold, long? after, CancellationToken cancellationToken) => database.ReadAsync(
        One,
        new { hold, after, limit = PageSize + 1 },
        async grid => new HoldView(
            await grid.ReadSingleOrDefaultAsync<GuardHold>(), await grid.ReadSingleAsync<bool>(), (await grid.ReadAsync<GuardHoldLine>()).AsList()),
        cancellationToken);
}
