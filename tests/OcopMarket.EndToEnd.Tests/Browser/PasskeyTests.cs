using System.Text.Json;
using Microsoft.Playwright;
using OcopMarket.Core.People;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Browser;

/// <summary>Row S14: passkeys in a real browser, with a device that the browser simulates.</summary>
public sealed class PasskeyTests(BrowserPortal portal) : IClassFixture<BrowserPortal>
{
    private string Root => $"http://localhost:{portal.Address.Port}";

    [Fact]
    public async Task A_device_that_knows_its_person_signs_in_and_one_that_does_not_is_refused()
    {
        var login = await portal.People.PutAsync(PersonRole.Business, "device@test.example");
        await using var visit = await portal.VisitAsync(390, role: null);
        var page = visit.Page;
        var device = await page.Context.NewCDPSessionAsync(page);
        await device.SendAsync("WebAuthn.enable");
        var made = await device.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        var id = made!.Value.GetProperty("authenticatorId").GetString()!;
        await page.GotoAsync($"{Root}/dang-nhap?ve=/tai-khoan/khoa-may");
        await page.FillAsync("#u", login);
        await page.FillAsync("#p", TestPeople.Password);
        await page.ClickAsync("form:not([data-passkey]) button");
        await page.FillAsync("#n", "Điện thoại");
        await page.ClickAsync("form[data-passkey] button");
        await Assertions.Expect(page.Locator(".list li")).ToHaveCountAsync(1);
        await page.GotoAsync($"{Root}/tai-khoan");
        await page.ClickAsync("form[action='/dang-xuat'] button");

        await page.ClickAsync("form[data-passkey] button");
        await page.WaitForURLAsync($"{Root}/");
        Assert.Contains("Việc của tôi", await page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await portal.Database.ScalarAsync<bool>("SELECT bool_or(is_strong) FROM identity.session"));

        // A page of somebody else could ask less of the device; the device then vouches for a touch, not for its person.
        await page.GotoAsync($"{Root}/tai-khoan");
        await page.ClickAsync("form[action='/dang-xuat'] button");
        await device.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = id, ["isUserVerified"] = false });
        await page.RouteAsync("**/khoa-may/hoi", async route =>
        {
            var answer = await route.FetchAsync();
            var options = JsonSerializer.Deserialize<Dictionary<string, object>>(await answer.TextAsync())!;
            options["userVerification"] = "discouraged";
            await route.FulfillAsync(new() { Response = answer, Body = JsonSerializer.Serialize(options) });
        });
        await page.ClickAsync("form[data-passkey] button");
        await Assertions.Expect(page.Locator(".alert.bad")).ToBeVisibleAsync();
        Assert.Equal(0, await portal.Database.ScalarAsync<long>(
            "SELECT count(*) FROM identity.session s JOIN identity.person p ON p.id = s.person_id WHERE p.user_name = @login", new { login }));
    }

    [Fact]
    public async Task Without_script_the_password_is_enough_to_work_with()
    {
        var login = await portal.People.PutAsync(PersonRole.Staff, "plain@test.example");
        await using var visit = await portal.VisitAsync(320, script: false, role: null);
        await visit.GoAsync("/san-pham?q=dua");
        await visit.Page.FillAsync("#u", login);
        await visit.Page.FillAsync("#p", TestPeople.Password);
        await visit.Page.ClickAsync("form:not([data-passkey]) button");
        await visit.Page.WaitForURLAsync("**/san-pham?q=dua");
        Assert.False(await visit.Page.Locator("form[data-passkey]").IsVisibleAsync());
        Assert.True(await visit.SidewaysAsync() <= 0);
    }

    [Fact]
    public async Task After_signing_out_the_back_button_shows_nothing_private()
    {
        await using var visit = await portal.VisitAsync(1280, role: PersonRole.Viewer);
        await visit.GoAsync("/san-pham");
        await visit.GoAsync("/tai-khoan");
        await visit.Page.ClickAsync("form[action='/dang-xuat'] button");
        await visit.Page.WaitForURLAsync("**/dang-nhap");
        await visit.Page.GoBackAsync();
        await visit.Page.GoBackAsync();
        Assert.Contains("Đăng nhập", await visit.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
    }
}
