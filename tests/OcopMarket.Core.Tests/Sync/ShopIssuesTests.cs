using OcopMarket.Core.Listings;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Core.Tests.Sync;

/// <summary>A shop is open or says why not; never both, never neither.</summary>
public sealed class ShopIssuesTests
{
    public static TheoryData<AccountState> States => [.. Enum.GetValues<AccountState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void A_shop_that_is_not_open_names_a_reason_and_an_owner(AccountState state)
    {
        foreach (var mandate in new[] { true, false })
        {
            foreach (var refused in new[] { true, false })
            {
                var shop = new ShopFacts(state, mandate, refused, null, null);
                var issues = ShopIssues.Of(shop);

                Assert.Equal(ShopIssues.IsOpen(shop), issues.Count == 0);
                Assert.All(issues, i => Assert.True(i is { Severity: Severity.Blocking, Owner: Party.Producer or Party.Staff }));
            }
        }
    }

    [Fact]
    public void A_wanted_product_without_a_shop_says_so() => Assert.Equal("shop_missing", Assert.Single(ShopIssues.Of(null)).Code);
}
