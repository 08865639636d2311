using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.Publishing;

/// <summary>So many plans a day, and so many lines in them: of a business all its people together, of staff each for themselves.</summary>
public sealed class PlanLimitTests(PlanLimitTests.SparingPortal portal) : IClassFixture<PlanLimitTests.SparingPortal>
{
    public sealed class SparingPortal : EmptyPortal
    {
        protected override PortalSettings Settings { get; } = TestPeople.Quick with
        {
            IsDemo = true,
            Daily = new() { PlansOfBusiness = 2, PlansOfPerson = 100, ThousandLinesOfPerson = 1 },
        };

        protected override Task SeedAsync() => ExecuteAsync(Seed.Sql + Seed.Units, new { hostile = Seed.Hostile, listings = Seed.Listings });
    }

    [Fact]
    public async Task The_people_of_a_business_count_as_one_and_the_next_day_begins_anew()
    {
        using var first = await portal.People.SignedInAsync(PersonRole.Business, "first@test.example");
        using var second = await portal.People.SignedInAsync(PersonRole.Business, "second@test.example");
        Assert.Matches("^/ke-hoach/[0-9]+$", (await PlanAsync(first)).Location);
        Assert.Equal("/ke-hoach?bao=nothing", (await PlanAsync(first, ("p", "2"))).Location); // what is no plan is not counted
        Assert.Matches("^/ke-hoach/[0-9]+$", (await PlanAsync(second)).Location);
        var before = await portal.CountAsync("wish_plan");

        var refused = await PlanAsync(first);

        Assert.Equal("/ke-hoach?bao=today", refused.Location);
        var page = await first.PageAsync(refused.Location!);
        Assert.Contains("Hôm nay đã lập đủ số kế hoạch", page, StringComparison.Ordinal);
        Assert.Contains("Ngày mai anh/chị lập tiếp", page, StringComparison.Ordinal);
        Assert.Equal(before, await portal.CountAsync("wish_plan"));
        await portal.ExecuteAsync("UPDATE identity.day_use SET day = day - 1");
        Assert.Matches("^/ke-hoach/[0-9]+$", (await PlanAsync(first)).Location);
    }

    [Fact]
    public async Task Large_plans_are_counted_by_their_lines()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        var plans = 0;
        while (await PlanAsync(staff, ("tat-ca", "1"), ("noi", "postmart")) is { Location: not "/ke-hoach?bao=today" })
        {
            plans++;
        }

        Assert.Equal(1_000 / (60 * 2), plans); // 60 products on two marketplaces
        using var other = await portal.People.SignedInAsync(PersonRole.Staff, "other-staff@test.example");
        Assert.Matches("^/ke-hoach/[0-9]+$", (await PlanAsync(other, ("tat-ca", "1"))).Location);
    }

    private static async Task<Answer> PlanAsync(Visitor visitor, params (string, string)[] fields) => await visitor.SendAsync(
        "/ke-hoach", null, Visitor.Token(await visitor.PageAsync("/tai-khoan")),
        [("viec", "publish"), ("noi", "voso"), .. fields.Length == 0 ? [("p", "4")] : fields]);
}
