using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Tests.Catalog;

[Trait("Category", "Culture")]
public sealed class VietnamDayTests
{
    [Fact]
    public void A_day_begins_at_17_hours_UTC_of_the_day_before()
    {
        Assert.Equal(new(2026, 11, 23), VietnamDay.Of(new(2026, 11, 23, 16, 59, 59, TimeSpan.Zero)));
        Assert.Equal(new(2026, 11, 24), VietnamDay.Of(new(2026, 11, 23, 17, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new(2026, 11, 24), VietnamDay.Of(new(2026, 11, 24, 6, 0, 0, TimeSpan.FromHours(13))));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 17, 0, 0, TimeSpan.Zero), VietnamDay.StartOf(new(2026, 11, 24)));
    }
}
