using OcopMarket.App.Demo;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>The demo's judge over the sample: a row that is missing is as wrong as a row that differs.</summary>
public sealed class DemoExpectationTests
{
    private const long OtherSeed = 1;
    private static readonly string[] _marketplaces = ["postmart"];

    private static readonly DemoExpectation _expected = new(
        [new(2, ["postmart"], "price_missing")], new(0, []), new(2));

    [Fact]
    public void Sample_that_ends_as_named_has_nothing_unexpected()
    {
        var check = _expected.Check([Row(1, "live"), Row(2, "blocked", "price_missing")], OtherSeed, _marketplaces);

        Assert.Empty(check.Unexpected);
        Assert.Equal(1, check.NotLive);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Row_without_a_listing_is_unexpected(int missing)
    {
        var rows = new[] { Row(1, "live"), Row(2, "blocked", "price_missing") }.Where(r => r.Row != missing).ToList();

        Assert.StartsWith($"row {missing} on postmart", Assert.Single(_expected.Check(rows, OtherSeed, _marketplaces).Unexpected), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_that_should_be_stopped_and_is_live_is_unexpected() =>
        Assert.Single(_expected.Check([Row(1, "live"), Row(2, "live")], OtherSeed, _marketplaces).Unexpected);

    private static RowListing Row(int row, string state, params string[] issues) =>
        new() { Row = row, Marketplace = "postmart", State = state, Issues = issues };
}
