using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Reading;

namespace OcopMarket.Web.Tests.Publishing;

/// <summary>Who may set a plan going: its maker, within what the maker reaches at that moment; what takes many listings off sale needs a fresh proof, and
/// with staff and admins the word of somebody else (S10, S18).</summary>
public sealed class PlanRightsTests(PlanRightsTests.GuardedPortal portal) : IClassFixture<PlanRightsTests.GuardedPortal>
{
    private const string Reason = "Chủ thể đã báo ngừng bán qua điện thoại";
    private static readonly (string, string)[] _both = [("noi", "postmart"), ("noi", "voso")];

    /// <summary>More than two items are many, so that few rows are enough.</summary>
    public sealed class GuardedPortal : EmptyPortal
    {
        protected override Task SeedAsync() => ExecuteAsync(Seed.Sql + Seed.Units, new { hostile = Seed.Hostile, listings = Seed.Listings });

        protected override void Prepare(IServiceCollection services) => services.AddSingleton(new GuardRules { Items = 2, Share = 0.01 });
    }

    [Fact]
    public async Task What_went_out_of_sight_since_is_counted_and_nothing_of_the_plan_is_done()
    {
        using var staff = await StaffAsync();
        var plan = await PlanAsync(staff, ("viec", "hide"), ("p", "1"), ("p", "2"), ("noi", "postmart"));
        Assert.Equal(2, await portal.CountAsync($"wish_item WHERE plan_id = {plan} AND act = 'hide'"));
        await portal.ExecuteAsync("UPDATE product SET unit_code = '96' WHERE id = 1; UPDATE listing SET unit_code = '96' WHERE product_id = 1");
        try
        {
            var answer = await SendAsync(staff, plan, "lam");
            Assert.Equal($"/ke-hoach/{plan}", answer.Location);
            Assert.Equal("planned", await StepAsync(plan));
            var page = await staff.PageAsync($"/ke-hoach/{plan}");
            Assert.Contains("1 tin không còn thuộc phần anh/chị phụ trách", page, StringComparison.Ordinal);
            Assert.Contains("lập kế hoạch mới từ danh sách sản phẩm", page, StringComparison.Ordinal);
            Assert.DoesNotContain($"/ke-hoach/{plan}/lam", page, StringComparison.Ordinal);
        }
        finally
        {
            await portal.ExecuteAsync("UPDATE product SET unit_code = '84' WHERE id = 1; UPDATE listing SET unit_code = '84' WHERE product_id = 1");
        }

        await SendAsync(staff, plan, "lam");
        Assert.Equal("confirmed", await StepAsync(plan));
    }

    [Fact]
    public async Task A_listing_in_a_shop_of_another_place_is_blocked_and_says_so()
    {
        using var staff = await StaffAsync();
        await portal.ExecuteAsync("UPDATE seller_account SET unit_code = '96' WHERE producer_id = 2 AND marketplace = 'postmart'");

        var plan = await PlanAsync(staff, [("viec", "hide"), ("p", "1"), .. _both]);

        await portal.ExecuteAsync("UPDATE seller_account SET unit_code = '84' WHERE producer_id = 2");
        Assert.Equal(["postmart {out_of_reach}", "voso {}"], await portal.QueryAsync<string>(
            "SELECT marketplace || ' ' || why::text FROM wish_item WHERE plan_id = @plan ORDER BY 1", new { plan }));
        Assert.Contains("nằm ngoài phần anh/chị phụ trách", await staff.PageAsync($"/ke-hoach/{plan}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_that_staff_take_off_sale_wait_for_somebody_else_who_looked_at_the_same()
    {
        using var lan = await StaffAsync();
        using var minh = await StaffAsync();
        var plan = await PlanAsync(lan, ("viec", "remove"), ("tat-ca", "1"), ("noi", "postmart"), ("noi", "voso"));
        Assert.Contains("Cần người thứ hai đồng ý", await lan.PageAsync($"/ke-hoach/{plan}"), StringComparison.Ordinal);

        Assert.Equal($"/ke-hoach/{plan}?bao=why", (await SendAsync(lan, plan, "lam", ("ly-do", "ngắn"))).Location);
        Assert.Contains("Đề nghị cần có lý do", await lan.PageAsync($"/ke-hoach/{plan}?bao=why"), StringComparison.Ordinal);
        Assert.Equal("planned", await StepAsync(plan));
        await SendAsync(lan, plan, "lam", ("ly-do", Reason));
        Assert.Equal("proposed", await StepAsync(plan));

        Assert.Equal($"/ke-hoach/{plan}?bao=same", (await SendAsync(lan, plan, "dong-y")).Location);
        Assert.Contains("không được tự đồng ý", await lan.PageAsync($"/ke-hoach/{plan}?bao=same"), StringComparison.Ordinal);
        await SendAsync(lan, plan, "lam", ("ly-do", Reason));
        Assert.Equal("proposed", await StepAsync(plan));

        Assert.Contains("Chờ người thứ hai", await minh.PageAsync("/ke-hoach"), StringComparison.Ordinal);
        var page = await minh.PageAsync($"/ke-hoach/{plan}");
        Assert.Contains(Reason, page, StringComparison.Ordinal);
        Assert.Contains("Không đồng ý, bỏ kế hoạch", page, StringComparison.Ordinal);
        await SendAsync(minh, plan, "dong-y");

        Assert.Equal("confirmed", await StepAsync(plan));
        Assert.Equal(["listing.wish.propose", "listing.wish.approve"], await portal.QueryAsync<string>(
            "SELECT action FROM audit WHERE (after ->> 'plan')::bigint = @plan AND actor LIKE 'person %' ORDER BY id", new { plan }));
        Assert.Equal(0, await portal.CountAsync("audit WHERE after::text LIKE '%qua điện thoại%'")); // the plan says why, and there it can be erased
        Assert.Contains("Người đồng ý", await lan.PageAsync($"/ke-hoach/{plan}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("season")]
    [InlineData("hide")]
    public async Task Whoever_does_not_agree_drops_it_and_an_admin_alone_does_no_more_than_staff(string kind)
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin, $"{Guid.NewGuid():N}@test.example");
        using var other = await portal.People.SignedInAsync(PersonRole.Admin, $"{Guid.NewGuid():N}@test.example");
        var plan = await PlanAsync(admin, [("viec", kind), ("tat-ca", "1"), .. _both]);

        await SendAsync(admin, plan, "lam", ("ly-do", Reason));
        Assert.Equal("proposed", await StepAsync(plan));
        await SendAsync(other, plan, "bo");

        Assert.Equal("dropped", await StepAsync(plan));
        Assert.Equal($"/ke-hoach/{plan}?bao=closed", (await SendAsync(other, plan, "dong-y")).Location);
        Assert.Equal(1, await portal.CountAsync($"audit WHERE action = 'listing.wish.drop' AND after ->> 'plan' = '{plan}'"));
    }

    [Fact]
    public async Task Who_reaches_less_or_another_place_does_not_agree_for_it()
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin, $"{Guid.NewGuid():N}@test.example");
        using var staff = await StaffAsync();
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var plan = await PlanAsync(admin, [("viec", "hide"), ("tat-ca", "1"), .. _both]);
        await SendAsync(admin, plan, "lam", ("ly-do", Reason));

        foreach (var visitor in new[] { staff, business })
        {
            await visitor.SendAsync($"/ke-hoach/{plan}/dong-y", null, await TokenAsync(visitor));
            await visitor.SendAsync($"/ke-hoach/{plan}/bo", null, await TokenAsync(visitor));
            Assert.Equal("proposed", await StepAsync(plan));
        }

        // What moved away from the second person in between is not agreed to either.
        var own = await PlanAsync(staff, [("viec", "hide"), ("tat-ca", "1"), .. _both]);
        await SendAsync(staff, own, "lam", ("ly-do", Reason));
        using var second = await StaffAsync();
        await portal.ExecuteAsync("UPDATE product SET unit_code = '96' WHERE id = 2; UPDATE listing SET unit_code = '96' WHERE product_id = 2");
        await SendAsync(second, own, "dong-y");
        Assert.Equal("proposed", await StepAsync(own));
        await portal.ExecuteAsync("UPDATE product SET unit_code = '84' WHERE id = 2; UPDATE listing SET unit_code = '84' WHERE product_id = 2");
        await SendAsync(second, own, "dong-y");
        Assert.Equal("confirmed", await StepAsync(own));
    }

    [Fact]
    public async Task Many_small_plans_within_the_hour_count_together()
    {
        using var staff = await StaffAsync();
        var first = await PlanAsync(staff, ("viec", "hide"), ("p", "1"), ("p", "2"), ("noi", "postmart"));
        await SendAsync(staff, first, "lam");
        Assert.Equal("confirmed", await StepAsync(first));
        var next = await PlanAsync(staff, ("viec", "hide"), ("p", "1"), ("noi", "voso"));
        Assert.Equal("hide hide hide", await portal.ScalarAsync<string>("SELECT string_agg(act, ' ') FROM wish_item WHERE plan_id IN (@first, @next)", new { first, next }));

        Assert.Equal($"/ke-hoach/{next}?bao=why", (await SendAsync(staff, next, "lam")).Location);
        Assert.Equal("planned", await StepAsync(next));

        await portal.ExecuteAsync("UPDATE wish_plan SET confirmed_at = now() - interval '61 minutes' WHERE id = @first", new { first });
        await SendAsync(staff, next, "lam");
        Assert.Equal("confirmed", await StepAsync(next));
    }

    [Fact]
    public async Task An_old_session_proves_itself_before_it_takes_many_off_sale_or_agrees_to_it()
    {
        using var lan = await StaffAsync();
        using var minh = await StaffAsync();
        var plan = await PlanAsync(lan, [("viec", "hide"), ("tat-ca", "1"), .. _both]);
        var token = Visitor.Token(await lan.PageAsync($"/ke-hoach/{plan}"));
        await OldAsync();

        var proof = $"/tai-khoan/xac-nhan?ve={Uri.EscapeDataString($"/ke-hoach/{plan}")}";
        Assert.Contains("Xác nhận đúng là anh/chị", await lan.PageAsync($"/ke-hoach/{plan}"), StringComparison.Ordinal);
        Assert.Equal(proof, (await lan.SendAsync($"/ke-hoach/{plan}/lam", null, token, ("ly-do", Reason))).Location);
        Assert.Equal("planned", await StepAsync(plan));
        await ProveAsync(lan);
        await SendAsync(lan, plan, "lam", ("ly-do", Reason));
        Assert.Equal("proposed", await StepAsync(plan));

        await OldAsync();
        Assert.Equal(proof, (await minh.SendAsync($"/ke-hoach/{plan}/dong-y", null, await TokenAsync(minh))).Location);
        Assert.Equal("proposed", await StepAsync(plan));
        await ProveAsync(minh);
        await SendAsync(minh, plan, "dong-y");
        Assert.Equal("confirmed", await StepAsync(plan));
    }

    /// <summary>Its own shops are its own business: it proves itself and asks nobody.</summary>
    [Fact]
    public async Task A_business_that_takes_much_of_its_own_off_sale_proves_itself_and_needs_nobody_else()
    {
        await portal.ExecuteAsync("UPDATE listing SET state = 'live', seen = 'live', external_id = coalesce(external_id, marketplace || product_id) WHERE producer_id = 2 AND product_id BETWEEN 11 AND 13");
        var login = await portal.People.PutAsync(PersonRole.Business, "farm@test.example", DataScope.Producer(2));
        using var business = new Visitor(portal.Address);
        await business.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", TestPeople.Password));
        var plan = await PlanAsync(business, [("viec", "hide"), ("p", "11"), ("p", "12"), ("p", "13"), .. _both]);
        var token = await TokenAsync(business);
        await OldAsync();

        Assert.StartsWith("/tai-khoan/xac-nhan?ve=", (await business.SendAsync($"/ke-hoach/{plan}/lam", null, token)).Location, StringComparison.Ordinal);
        Assert.Equal("planned", await StepAsync(plan));
        await ProveAsync(business);
        await SendAsync(business, plan, "lam");

        Assert.Equal("confirmed", await StepAsync(plan));
        Assert.Null(await portal.ScalarAsync<string>("SELECT approved_key FROM wish_plan WHERE id = @plan", new { plan }));
    }

    [Fact]
    public async Task What_takes_nothing_off_sale_asks_for_no_more_than_its_maker()
    {
        using var staff = await StaffAsync();
        var plan = await PlanAsync(staff, [("viec", "publish"), ("tat-ca", "1"), .. _both]);
        await portal.ExecuteAsync("UPDATE wish_item SET act = 'change', why = '{}' WHERE plan_id = @plan AND listing_id IS NOT NULL", new { plan });
        var token = await TokenAsync(staff);
        await OldAsync();

        await staff.SendAsync($"/ke-hoach/{plan}/lam", null, token);

        Assert.Equal("confirmed", await StepAsync(plan));
    }

    [Fact]
    public async Task Nobody_has_more_open_plans_than_a_page_of_them()
    {
        using var staff = await StaffAsync();
        for (var i = 0; i < WishPortal.MostOpen; i++)
        {
            await PlanAsync(staff, ("viec", "publish"), ("p", "1"), ("noi", "voso"));
        }

        var before = await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM wish_plan), (SELECT sum(uses) FROM identity.day_use))");
        var refused = await AskAsync(staff, ("viec", "publish"), ("p", "1"), ("noi", "voso"));
        Assert.Equal("/ke-hoach?bao=open", refused.Location);
        var page = await staff.PageAsync(refused.Location!);
        Assert.Contains("đang có 20 kế hoạch chờ xác nhận", page, StringComparison.Ordinal);
        Assert.Contains("Xác nhận hoặc bỏ bớt kế hoạch", page, StringComparison.Ordinal);
        Assert.Equal(before, await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM wish_plan), (SELECT sum(uses) FROM identity.day_use))"));

        await portal.ExecuteAsync("UPDATE wish_plan SET planned_at = now() - interval '13 hours' WHERE id = (SELECT max(id) FROM wish_plan)"); // cannot be confirmed any more
        await PlanAsync(staff, ("viec", "publish"), ("p", "1"), ("noi", "voso"));
    }

    private async Task<Visitor> StaffAsync() => await portal.People.SignedInAsync(PersonRole.Staff, $"{Guid.NewGuid():N}@test.example");

    private static async Task<string> TokenAsync(Visitor visitor) => Visitor.Token(await visitor.PageAsync("/tai-khoan"));

    private static async Task<Answer> AskAsync(Visitor visitor, params (string, string)[] fields) =>
        await visitor.SendAsync("/ke-hoach", null, await TokenAsync(visitor), fields);

    private static async Task<long> PlanAsync(Visitor visitor, params (string, string)[] fields) =>
        long.Parse((await AskAsync(visitor, fields)).Location!["/ke-hoach/".Length..], CultureInfo.InvariantCulture);

    private static async Task<Answer> SendAsync(Visitor visitor, long plan, string what, params (string, string)[] fields) =>
        await visitor.SendAsync($"/ke-hoach/{plan}/{what}", null, await TokenAsync(visitor), fields);

    private Task OldAsync() => portal.ExecuteAsync("UPDATE identity.session SET proved_at = now() - interval '11 minutes'");

    private static async Task ProveAsync(Visitor visitor) =>
        await visitor.SendAsync("/tai-khoan/xac-nhan", "prove", Visitor.Token(await visitor.PageAsync("/tai-khoan/xac-nhan")), ("password", TestPeople.Password));

    private Task<string?> StepAsync(long plan) => portal.ScalarAsync<string>("SELECT step FROM wish_plan WHERE id = @plan", new { plan });
}
