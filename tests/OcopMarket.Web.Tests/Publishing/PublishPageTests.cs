using System.Net;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.Publishing;

/// <summary>Choosing, looking at the plan and confirming it, as people do it with forms alone.</summary>
public sealed class PublishPageTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private static readonly (string, string)[] _both = [("noi", "postmart"), ("noi", "voso")];

    [Fact]
    public async Task A_business_looks_at_the_plan_first_and_confirms_it_once()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var list = await business.PageAsync("/san-pham");
        Html.AssertNothingInline(list);
        Assert.Contains("Chọn cả 2 sản phẩm đang lọc", list, StringComparison.Ordinal);

        var made = await PostAsync(business, [("viec", "hide"), ("p", "4"), ("p", "8"), .. _both, ("ly-do", "Sửa bao bì")]);
        var plan = long.Parse(made.Location!["/ke-hoach/".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var page = await business.PageAsync(made.Location);
        Html.AssertNothingInline(page);
        Assert.Contains("Cộng: 4 tin, đúng bằng số đã chọn", page, StringComparison.Ordinal);
        Assert.Contains("chưa có gì được gửi đi", page, StringComparison.Ordinal);
        Assert.Equal("planned", await StepAsync(plan));

        var confirmed = await business.SendAsync($"{made.Location}/lam", null, Visitor.Token(page));
        Assert.Equal((HttpStatusCode.Found, made.Location), (confirmed.Status, confirmed.Location));
        Assert.Equal("confirmed", await StepAsync(plan));
        Assert.Equal(1, await portal.CountAsync($"audit WHERE action = 'listing.wish' AND producer_id = 1 AND after ->> 'plan' = '{plan}'"));
        Assert.Contains("data-live", await business.PageAsync(made.Location), StringComparison.Ordinal);
        Assert.Contains("trên 4 tin đã có kết quả", await business.PageAsync($"{made.Location}/tien-do"), StringComparison.Ordinal);

        var again = await business.SendAsync($"{made.Location}/lam", null, Visitor.Token(page));
        Assert.Equal($"{made.Location}?bao=closed", again.Location);
        Assert.Contains("không xác nhận được nữa", await business.PageAsync(again.Location!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_was_dropped_does_nothing()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var made = await PostAsync(business, [("viec", "remove"), ("p", "4"), ("noi", "voso")]);
        var page = await business.PageAsync(made.Location!);

        await business.SendAsync($"{made.Location}/bo", null, Visitor.Token(page));

        Assert.Contains("Đã bỏ", await business.PageAsync(made.Location!), StringComparison.Ordinal);
        Assert.Equal($"{made.Location}?bao=closed", (await business.SendAsync($"{made.Location}/lam", null, Visitor.Token(page))).Location);
    }

    [Fact]
    public async Task Staff_choose_all_of_a_filter_the_sum_is_the_selection_and_without_a_mandate_it_says_so()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);

        var made = await PostAsync(staff, [("viec", "hide"), ("tat-ca", "1"), .. _both]);

        var plan = long.Parse(made.Location!["/ke-hoach/".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var sums = await portal.QueryAsync<(int Products, long Items, long Listings)>(
            "SELECT products, (SELECT count(*) FROM wish_item WHERE plan_id = @plan), (SELECT count(*) FROM wish_item WHERE plan_id = @plan AND listing_id IS NOT NULL) FROM wish_plan WHERE id = @plan",
            new { plan });
        Assert.Equal((60, 120, 2L * Seed.Listings), sums.Single());
        Assert.Equal(
            await portal.ScalarAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM listing WHERE producer_id = 4"),
            await portal.ScalarAsync<string>("SELECT string_agg(listing_id::text, ',' ORDER BY listing_id) FROM wish_item WHERE plan_id = @plan AND why = '{mandate_missing}'", new { plan }));
        var page = await staff.PageAsync(made.Location!);
        Assert.Contains("Cộng: 120 tin, đúng bằng số đã chọn", page, StringComparison.Ordinal);
        Assert.Contains("Chưa có ủy quyền cho gian hàng này", page, StringComparison.Ordinal);

        var filtered = await PostAsync(staff, [("viec", "hide"), ("tat-ca", "1"), ("q", "dua sap"), .. _both]);
        Assert.Contains("Ẩn 4 sản phẩm", await staff.PageAsync(filtered.Location!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_province_fits_into_one_plan()
    {
        await portal.ExecuteAsync("""
            WITH o AS (INSERT INTO producer (key, name, name_folded, unit_now) VALUES ('p86', 'HTX Toàn Tỉnh', 'htx toan tinh', '86') RETURNING id),
            a AS (
                INSERT INTO seller_account (marketplace, external_id, producer_id, unit_code, shop_name, state, state_evidence, opened_by)
                SELECT m, 's86' || m, o.id, '86', 'HTX Toàn Tỉnh', 'active', 'x', 'self' FROM o, unnest(ARRAY['postmart', 'voso']) m RETURNING id, marketplace, producer_id),
            g AS (
                INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by)
                SELECT id, producer_id, '86', CURRENT_DATE - 30, 'x', 'x' FROM a),
            p AS (
                INSERT INTO product (producer_id, unit_code, key, name, name_folded, criteria_set_no)
                SELECT o.id, '86', 'tỉnh' || n, 'Đặc sản số ' || n, 'dac san so ' || n, 8 FROM o, generate_series(1, 1137) n RETURNING id, producer_id),
            v AS (
                INSERT INTO variant (product_id, producer_id, unit_code, key, list_price_vnd, stock_units, weight_grams)
                SELECT id, producer_id, '86', 'tỉnh-v' || id, 100000, 5, 500 FROM p RETURNING id, product_id, producer_id)
            INSERT INTO listing (product_id, variant_id, producer_id, unit_code, marketplace, account_id, seller_sku, desired, content, content_hash)
            SELECT v.product_id, v.id, v.producer_id, '86', a.marketplace, a.id, 'T' || v.id, 'on_sale', '{}', '\x00' FROM v JOIN a ON a.producer_id = v.producer_id
            """);
        Assert.True(DataScope.TryParse("units:86", out var reach));
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff, await portal.People.PutAsync(PersonRole.Staff, "tinh@test.example", reach));

        var made = await PostAsync(staff, [("viec", "publish"), ("tat-ca", "1"), .. _both]);

        Assert.Contains("Cộng: 2.274 tin, đúng bằng số đã chọn", await staff.PageAsync(made.Location!), StringComparison.Ordinal);
        await portal.ExecuteAsync(
            "DELETE FROM wish_plan WHERE scope = 'units:86'; DELETE FROM listing WHERE unit_code = '86'; DELETE FROM variant WHERE unit_code = '86'; DELETE FROM product WHERE unit_code = '86'; DELETE FROM mandate WHERE unit_code = '86'; DELETE FROM seller_account WHERE unit_code = '86'; DELETE FROM producer WHERE unit_now = '86'");
    }

    [Theory]
    [InlineData("nothing", "viec=hide&noi=voso")]
    [InlineData("nothing", "viec=hide&noi=voso&p=2")] // another's
    [InlineData("nothing", "viec=hide&tin=2")]
    [InlineData("marketplaces", "viec=hide&p=4")]
    [InlineData("marketplaces", "viec=hide&p=4&noi=nowhere")]
    [InlineData("kind", "viec=sell&p=4&noi=voso")]
    [InlineData("day", "viec=season&p=4&ngay-ve=2020-01-01")]
    [InlineData("day", "viec=season&p=4&ngay-ve=soon")]
    public async Task What_makes_no_plan_is_told_in_a_sentence(string code, string form)
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);

        var answer = await PostAsync(business, [.. form.Split('&').Select(f => (f.Split('=')[0], f.Split('=')[1]))]);

        Assert.Equal($"/ke-hoach?bao={code}", answer.Location);
        Assert.Contains("Chưa có gì được gửi đi.", await business.PageAsync(answer.Location!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_is_shown_no_form_of_it_and_may_send_none()
    {
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        var page = await viewer.PageAsync("/san-pham");
        Assert.DoesNotContain("name=\"viec\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"viec\"", await viewer.PageAsync("/san-pham/1"), StringComparison.Ordinal);
        var before = await portal.CountAsync("wish_plan");

        var answer = await viewer.SendAsync("/ke-hoach", null, Visitor.Token(await viewer.PageAsync("/tai-khoan")), ("viec", "hide"), ("p", "1"), ("noi", "voso"));

        Assert.NotEqual(HttpStatusCode.OK, answer.Status);
        Assert.Equal(before, await portal.CountAsync("wish_plan"));
    }

    [Fact]
    public async Task A_business_begins_with_what_needs_it()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var home = await business.PageAsync("/");
        Assert.Contains("1 sản phẩm cần anh/chị làm", home, StringComparison.Ordinal);
        Assert.Contains("Chưa có giá bán", home, StringComparison.Ordinal);
        Assert.Contains("Hết mùa đến", home, StringComparison.Ordinal);
        Assert.True(home.IndexOf("Lạp xưởng Vạn Thành", StringComparison.Ordinal) < home.IndexOf("Gạo hữu cơ Long Hòa", StringComparison.Ordinal));
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        Assert.Contains("Tin đăng theo sàn", await staff.PageAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(170, "Chuẩn bị hồ sơ")]
    [InlineData(110, "trong tháng này")]
    [InlineData(20, "Gọi ngay")]
    [InlineData(-1, "không ghi sao OCOP")]
    public async Task The_clock_of_certificates_says_what_to_do_when(int days, string words)
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        await portal.ExecuteAsync(
            "UPDATE certification SET expires_on = (now() AT TIME ZONE '+07')::date + @days, issued_on = CURRENT_DATE - 1000, expires_how = 'stated' WHERE product_id = 4", new { days });

        Assert.Contains(words, await business.PageAsync("/"), StringComparison.Ordinal);
    }

    private static async Task<Answer> PostAsync(Visitor visitor, params (string, string)[] fields) =>
        await visitor.SendAsync("/ke-hoach", null, Visitor.Token(await visitor.PageAsync("/san-pham")), fields);

    private Task<string?> StepAsync(long plan) => portal.ScalarAsync<string>("SELECT step FROM wish_plan WHERE id = @plan", new { plan });
}
