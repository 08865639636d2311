namespace OcopMarket.Core.Catalog;

/// <summary>Calendar days as people in Viet Nam live them: +07:00 all year round, a fixed offset, so that no time zone data is needed.</summary>
public static class VietnamDay
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Offset).DateTime);

    /// <summary>The moment the day begins.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);
}
