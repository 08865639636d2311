using System.Net;
using System.Text.RegularExpressions;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.Editing;

/// <summary>A product's page of editing over real HTTP, with forms as a browser without script sends them.</summary>
public sealed partial class EditPageTests(EditedPortal portal) : IClassFixture<EditedPortal>
{
    private const string Page = "/san-pham/1/sua";

    [Fact]
    public async Task A_business_changes_text_and_price_as_people_write_them_and_a_later_list_leaves_them()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var (fields, token) = await FormAsync(business);
        Assert.Equal(("185.000", "650 g"), (fields["f.1.price"], fields["f.1.weight"]));

        fields["f.1.price"] = "1.250.000";
        fields["f.1.weight"] = "1,5 kg";
        fields["f.1.length"] = "12,5";
        fields["f.usage"] = "Pha với nước ấm.\r\nNgày hai lần.";
        var saved = await SendAsync(business, fields, token);
        Assert.Equal((HttpStatusCode.Found, $"{Page}?bao=luu"), (saved.Status, saved.Location));
        Assert.Contains("Đã lưu bản", await business.PageAsync(saved.Location!), StringComparison.Ordinal);

        var version = await portal.ScalarAsync<int>("SELECT max(version) FROM product_edit WHERE product_id = 1");
        await portal.PullAsync(99_000, stock: 7);
        Assert.Equal(
            "1250000|1500|12.5|7|Pha với nước ấm.\nNgày hai lần.",
            await portal.ScalarAsync<string>("SELECT concat_ws('|', v.list_price_vnd, v.weight_grams, v.length_cm, v.stock_units, p.usage) FROM variant v JOIN product p ON p.id = v.product_id WHERE p.id = 1"));
        var page = await business.PageAsync(Page);
        Assert.Contains("Danh sách ghi: 99.000 (Danh sách xã, dòng 2).", page, StringComparison.Ordinal);
        Assert.Contains("do người sửa", await business.PageAsync("/san-pham/1"), StringComparison.Ordinal);

        (fields, token) = await FormAsync(business);
        fields["b.1.price"] = "1";
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(business, fields, token)).Status);
        Assert.Equal("99.000", (await FormAsync(business)).Fields["f.1.price"]);

        var versions = await business.PageAsync("/san-pham/1/ban-ghi");
        Assert.Contains("lấy lại theo danh sách", versions, StringComparison.Ordinal);
        var restored = await business.SubmitAsync("/san-pham/1/ban-ghi", "restore", ("version", $"{version}"), ("seen", Hidden(versions, "seen")));
        Assert.Equal(HttpStatusCode.Found, restored.Status);
        Assert.Equal("1.250.000", (await FormAsync(business)).Fields["f.1.price"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_at_its_field_and_nothing_is_saved()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        var (fields, token) = await FormAsync(staff);
        var before = await portal.CountAsync("product_edit");
        (fields["f.1.price"], fields["f.1.stock"], fields["f.1.saleFrom"], fields["f.1.saleTo"]) = ("rẻ", "-3", "05/12/2026", "01/12/2026");
        fields["f.name"] = "";

        var answer = await SendAsync(staff, fields, token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Còn 4 mục chưa đọc được", answer.Html, StringComparison.Ordinal);
        Assert.Contains("\"rẻ\" không phải giá tiền", answer.Html, StringComparison.Ordinal);
        Assert.Contains("Ngày cuối đứng trước ngày đầu", answer.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"rẻ\"", answer.Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.CountAsync("product_edit"));
    }

    [Fact]
    public async Task Two_who_edit_at_once_see_both_values_and_the_second_decides()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        var (mine, token) = await FormAsync(business);
        var (theirs, other) = await FormAsync(staff);
        (mine["f.brand"], theirs["f.brand"]) = ("Sokfarm", "Trà Vinh Farm");
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(staff, theirs, other)).Status);

        var second = await SendAsync(business, mine, token);
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("Có người vừa sửa cùng mục", second.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Sokfarm\"", second.Html, StringComparison.Ordinal);
        Assert.Contains("<strong>Trà Vinh Farm</strong>", second.Html, StringComparison.Ordinal);
        Assert.Equal("Trà Vinh Farm", await portal.ScalarAsync<string>("SELECT brand FROM product WHERE id = 1"));

        mine["s.brand"] = Hidden(second.Html, "s.brand");
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(business, mine, token)).Status);
        Assert.Equal("Sokfarm", await portal.ScalarAsync<string>("SELECT brand FROM product WHERE id = 1"));
    }

    [Fact]
    public async Task The_check_says_what_each_marketplace_misses_and_stores_nothing_with_and_without_script()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var before = await portal.CountAsync("product_edit");
        var (fields, token) = await FormAsync(business);
        fields["f.1.price"] = "";
        fields["f.description"] = "Đạt OCOP 5 sao.";

        fields["do"] = "check";
        var page = await SendAsync(business, fields, token);
        var part = await business.SendAsync("/san-pham/1/kiem", null, token, [.. fields.Select(f => (f.Key, f.Value))]);

        foreach (var html in new[] { page.Html, part.Html })
        {
            Assert.Matches("Còn thiếu \\d+ trong \\d+ mục Postmart cần: [^.]*giá", html);
            Assert.Contains("ghi 5 sao, chứng nhận còn hạn là 3 sao", html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<html", part.Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.CountAsync("product_edit"));
        Assert.Equal(HttpStatusCode.BadRequest, (await business.SendAsync("/san-pham/1/kiem", null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await business.SendAsync("/san-pham/2/kiem", null, token)).Status);
    }

    [Fact]
    public async Task Nobody_edits_anothers_product_and_a_viewer_edits_none()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        var token = Visitor.Token(await business.PageAsync(Page));

        Assert.Equal(HttpStatusCode.NotFound, await business.StatusAsync("/san-pham/2/sua"));
        Assert.Equal(HttpStatusCode.NotFound, (await business.SendAsync("/san-pham/2/sua", "edit", token, ("f.name", "Của tôi"), ("s.name", ""))).Status);
        Assert.Equal("Chả hoa", await portal.ScalarAsync<string>("SELECT name FROM product WHERE id = 2"));
        Assert.NotEqual(HttpStatusCode.OK, await viewer.StatusAsync(Page));
        Assert.DoesNotContain("/san-pham/1/sua", await viewer.PageAsync("/san-pham/1"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await viewer.StatusAsync("/san-pham/1/ban-ghi"));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.SendAsync("/san-pham/1/ban-ghi", "restore", Visitor.Token(await viewer.PageAsync("/tai-khoan")), ("version", "1"))).Status);
    }

    [Fact]
    public async Task A_picture_is_uploaded_and_taken_away_and_what_is_none_is_refused()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var none = await UploadAsync(business, "x.png", "<svg/>"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, none.Status);
        Assert.Contains("không phải ảnh JPEG hoặc PNG", none.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await UploadAsync(business, "a.png", EditedPortal.Png())).Status);
        var sha = await portal.ScalarAsync<string>("SELECT sha256 FROM product_image WHERE product_id = 1");
        Assert.Contains($"/anh/{sha}.jpg", await business.PageAsync(Page), StringComparison.Ordinal);
        Assert.True(await portal.ScalarAsync<bool>("SELECT bytes > 0 FROM identity.day_use WHERE what = 'file' AND keeper = 'producer:1'"));

        var seen = Hidden(await business.PageAsync(Page), "seen");
        var stale = await business.SubmitAsync(Page, "arrange", ("do", $"remove:{sha}"), ("seen", new string('0', seen.Length)));
        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.Contains("Ảnh vừa được người khác hoặc danh sách thay đổi", stale.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await business.SubmitAsync(Page, "arrange", ("do", $"remove:{sha}"), ("seen", seen))).Status);
        Assert.Equal(0, await portal.ScalarAsync<long>("SELECT count(*) FROM product_image WHERE product_id = 1"));
        Assert.Equal(HttpStatusCode.NotFound, await business.StatusAsync($"/media/{sha}.jpg"));
    }

    /// <summary>What the page promises is what is taken: ten pictures, so large each, so large in all. Whatever is beyond is told in a sentence.</summary>
    [Fact]
    public async Task Pictures_that_are_too_large_or_too_many_are_refused_in_a_sentence()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        Assert.Contains("Mỗi lần đến 10 ảnh, mỗi ảnh đến 20 MB, cả lần đến 50 MB.", await business.PageAsync(Page), StringComparison.Ordinal);
        var (stored, used) = (await portal.CountAsync("media"), await portal.ScalarAsync<long>("SELECT coalesce(sum(uses), 0)::bigint FROM identity.day_use WHERE what = 'file'"));
        var third = new byte[(50 << 20) / 3 + 1_000];

        foreach (var (files, status, sentence) in new (byte[][] Files, HttpStatusCode Status, string Sentence)[]
        {
            ([], HttpStatusCode.BadRequest, "Chưa chọn ảnh nào."),
            ([.. Enumerable.Repeat(EditedPortal.Png(), 11)], HttpStatusCode.BadRequest, "Nhiều ảnh quá. Mỗi lần anh/chị chọn đến 10 ảnh."),
            ([new byte[(20 << 20) + 1]], HttpStatusCode.BadRequest, "Ảnh a.png lớn hơn 20 MB."),
            ([third, third, third], HttpStatusCode.BadRequest, "Các ảnh cộng lại lớn hơn 50 MB."),
            ([third, third, third, third], HttpStatusCode.RequestEntityTooLarge, "Trang này nhận mỗi lần đến 50 MB."),
        })
        {
            var answer = await UploadAsync(business, "a.png", files);
            Assert.Equal((sentence, status), (sentence, answer.Status));
            Assert.Contains($">{sentence}", answer.Html, StringComparison.Ordinal); // as text, not as what the script would say
        }

        Assert.Equal((stored, used), (await portal.CountAsync("media"), await portal.ScalarAsync<long>("SELECT coalesce(sum(uses), 0)::bigint FROM identity.day_use WHERE what = 'file'")));
    }

    [Theory]
    [InlineData("/san-pham/1/kiem")]
    [InlineData("/san-pham/1/sua")]
    [InlineData("/san-pham/1/ban-ghi")]
    [InlineData("/ke-hoach")]
    public async Task What_is_no_form_is_refused_and_is_no_fault(string path)
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("RequestVerificationToken", Visitor.Token(await business.PageAsync(Page)));

        using var answer = await business.Client.SendAsync(request);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_version_is_not_restored_over_what_a_colleague_saved_meanwhile()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        var (fields, token) = await FormAsync(business);
        fields["f.storage"] = "Nơi khô mát";
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(business, fields, token)).Status);
        var versions = await business.PageAsync("/san-pham/1/ban-ghi");
        var (theirs, other) = await FormAsync(staff);
        theirs["f.storage"] = "Tủ mát";
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(staff, theirs, other)).Status);

        var late = await business.SubmitAsync("/san-pham/1/ban-ghi", "restore", ("version", "0"), ("seen", Hidden(versions, "seen")));

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("Vừa có bản mới hơn nên chưa trở lại bản nào", late.Html, StringComparison.Ordinal);
        Assert.Equal("Tủ mát", await portal.ScalarAsync<string>("SELECT storage FROM product WHERE id = 1"));
        Assert.NotEqual(HttpStatusCode.Found, (await business.SubmitAsync("/san-pham/1/ban-ghi", "restore", ("version", "0"))).Status);
    }

    /// <summary>The check composes as the workers do: nothing is said of a marketplace on which nobody wants the product.</summary>
    [Fact]
    public async Task The_check_leaves_out_a_marketplace_that_the_product_is_kept_away_from()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        Assert.Contains("<strong class=\"grow\">Postmart</strong>", await business.PageAsync(Page), StringComparison.Ordinal);
        await portal.ExecuteAsync("INSERT INTO product_away (product_id, marketplace, producer_id, unit_code, plan_id) VALUES (1, 'postmart', 1, '84', 0)");

        var page = await business.PageAsync(Page);
        await portal.ExecuteAsync("DELETE FROM product_away");

        Assert.DoesNotContain("<strong class=\"grow\">Postmart</strong>", page, StringComparison.Ordinal);
        Assert.Contains("<strong class=\"grow\">Voso</strong>", page, StringComparison.Ordinal);
    }

    private static async Task<(Dictionary<string, string> Fields, string Token)> FormAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync(Page);
        var html = await answer.Content.ReadAsStringAsync();
        var form = html[html.IndexOf("id=\"edit-form\"", StringComparison.Ordinal)..];
        form = form[..form.IndexOf("</form>", StringComparison.Ordinal)];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match input in Inputs().Matches(form))
        {
            fields[input.Groups[1].Value] = WebUtility.HtmlDecode(input.Groups[2].Success ? input.Groups[2].Value : "");
        }

        foreach (Match area in Areas().Matches(form))
        {
            fields[area.Groups[1].Value] = WebUtility.HtmlDecode(area.Groups[2].Value);
        }

        Assert.True(fields.Count > 30, $"{fields.Count} fields");
        fields["do"] = "save";
        return (fields, Visitor.Token(html));
    }

    private static Task<Answer> SendAsync(Visitor visitor, Dictionary<string, string> fields, string token) =>
        visitor.SendAsync(Page, "edit", token, [.. fields.Select(f => (f.Key, f.Value))]);

    private static async Task<Answer> UploadAsync(Visitor visitor, string name, params byte[][] files)
    {
        using var content = new MultipartFormDataContent();
        content.Add(new StringContent("pictures"), "_handler");
        content.Add(new StringContent(Visitor.Token(await visitor.Client.GetStringAsync(Page))), "__RequestVerificationToken");
        foreach (var bytes in files)
        {
            content.Add(new ByteArrayContent(bytes), "file", name);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Page) { Content = content };
        request.Headers.ExpectContinue = true; // what is refused by its length is not sent
        using var answer = await visitor.Client.SendAsync(request);
        return new(answer.StatusCode, answer.Headers.Location?.OriginalString, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    private static string Hidden(string html, string name) => Regex.Match(html, $"name=\"{Regex.Escape(name)}\" value=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("<input[^>]*?name=\"([fs]\\.[^\"]+)\"(?:[^>]*?value=\"([^\"]*)\")?")]
    private static partial Regex Inputs();

    [GeneratedRegex("<textarea[^>]*?name=\"(f\\.[^\"]+)\"[^>]*>\n?([^<]*)</textarea>")]
    private static partial Regex Areas();
}
