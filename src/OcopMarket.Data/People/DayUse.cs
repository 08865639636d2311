using Dapper;
using Npgsql;

namespace OcopMarket.Data.People;

/// <summary>How much of one thing somebody may have on one day.</summary>
/// <param name="Keeper">Whose: <c>producer:12</c>, all its people together, or <c>person:7</c>.</param>
/// <param name="What">file, ask, copy, webhook, plan.</param>
public sealed record DayLimit(string Keeper, string What, int Most)
{
    /// <summary>Of plans: lines.</summary>
    public long MostBytes { get; init; } = long.MaxValue;
}

/// <summary>There was no room for one more today. What it was to be is not done.</summary>
public sealed class DayLimitException(DayLimit limit) : Exception($"{limit.Keeper} had all of {limit.What} for this day.");

/// <summary>Counts what costs room or work, for all processes of the portal together. A count belongs to the transaction that does the work: of what
/// is not done nothing is counted, and two at once do not slip through together.</summary>
public static class DayUse
{
    private const string Take = """
        INSERT INTO identity.day_use AS d (keeper, what, day, uses, bytes)
        SELECT @Keeper, @What, @today, 1, @bytes WHERE @Most >= 1 AND @bytes <= @MostBytes
        ON CONFLICT (keeper, what, day) DO UPDATE SET uses = d.uses + 1, bytes = d.bytes + excluded.bytes
        WHERE d.uses < @Most AND d.bytes <= @MostBytes - excluded.bytes
        RETURNING uses
        """;

    /// <exception cref="DayLimitException">Too many, or too many bytes; nothing may be committed.</exception>
    public static async Task TakeAsync(
        NpgsqlTransaction transaction, DayLimit limit, long bytes, DateOnly today, CancellationToken cancellationToken)
    {
        if (await transaction.Connection!.ExecuteScalarAsync<int?>(new CommandDefinition(
            Take, new { limit.Keeper, limit.What, limit.Most, limit.MostBytes, bytes, today }, transaction, cancellationToken: cancellationToken)) is null)
        {
            throw new DayLimitException(limit);
        }
    }
}
