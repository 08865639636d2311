using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using OcopMarket.App.Hosting;
using OcopMarket.Chaos;
using OcopMarket.Core.People;
using OcopMarket.EndToEnd.Tests.Browser;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>The whole way of an edit: a business in a real browser, the program's pages, a worker process, and the simulated marketplaces' own
/// records.</summary>
public sealed class EditReachesShopsTests(SmallField field) : IClassFixture<SmallField>
{
    [Fact]
    public async Task A_business_edits_price_and_name_every_marketplace_shows_it_and_a_later_list_leaves_it()
    {
        await using var worker = field.StartWorker();
        await field.SettleAsync(worker);
        var (id, name, price) = await field.ScalarAsync<string>(
            """
            SELECT concat_ws('|', p.id, p.name, v.list_price_vnd) FROM product p JOIN variant v ON v.product_id = p.id
            JOIN listing l ON l.product_id = p.id AND l.state = 'live' WHERE p.producer_id = 1 ORDER BY p.id LIMIT 1
            """) is { } row && row.Split('|') is [var number, var named, var asked]
            ? (long.Parse(number, CultureInfo.InvariantCulture), named, long.Parse(asked, CultureInfo.InvariantCulture)) : default;
        var (database, app) = await StartPagesAsync();
        try
        {
            await EditAsync(app, id, $"{name} mẻ mới", (price + 7_000).ToString("#,0", CultureInfo.GetCultureInfo("vi-VN")));
        }
        finally
        {
            await app.DisposeAsync();
            await database.DisposeAsync();
        }

        await UntilShownAsync(worker, name, price + 7_000);
        await field.ChangeAsync(); // the list once more, with other prices and new products
        await field.ChangeAsync();
        await UntilShownAsync(worker, name, price + 7_000);
        await field.AssertNothingDoubledAsync();
    }

    private async Task UntilShownAsync(AppProcess worker, string name, long price)
    {
        for (var i = 0; ; i++)
        {
            var code = ChaosProduct.CodeOf(name);
            var shown = (await field.ItemsAsync()).Where(item => ChaosProduct.CodeOf(item.Name) == code).ToList();
            var isQuiet = await field.ScalarAsync<long>("SELECT count(*) FROM listing_task WHERE state <> 'idle'") == 0;
            if (isQuiet && shown.Count == field.Platforms && shown.All(s => s.Price == price && s.Name.Contains("mẻ mới", StringComparison.Ordinal)))
            {
                return;
            }

            Assert.False(worker.HasExited, worker.Errors);
            Assert.True(i < 600, $"{string.Join('\n', shown)}\n{worker.Errors}");
            await Task.Delay(300);
        }
    }

    private static async Task EditAsync(WebApplication app, long id, string name, string price)
    {
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        using var business = await new TestPeople(app.Services, address).SignedInAsync(PersonRole.Business);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var context = await browser.NewContextAsync(new() { BaseURL = address.ToString(), ViewportSize = new() { Width = 390, Height = 800 } });
        var cookie = business.Cookie("ocop_session");
        await context.AddCookiesAsync([new() { Name = "ocop_session", Value = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], Url = address.ToString() }]);
        await using var visit = new Visit(context, await context.NewPageAsync());
        var page = visit.Page;

        await visit.GoAsync($"/san-pham/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sửa", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**/san-pham/{id}/sua");
        await page.GetByLabel("Giá bán (đồng)").FillAsync("");
        await page.GetByText("Còn thiếu 1 trong").First.WaitForAsync(); // asked while typing
        await page.GetByLabel("Giá bán (đồng)").FillAsync(price);
        await page.GetByLabel("Tên sản phẩm").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Lưu", Exact = true }).ClickAsync();
        await page.GetByText("Đã lưu bản 1.").WaitForAsync();
        Assert.Equal(price, await page.GetByLabel("Giá bán (đồng)").InputValueAsync());
        Assert.Empty(visit.TakeComplaints());
    }

    /// <summary>The pages as the program itself builds them, in this process.</summary>
    private async Task<(DatabaseHome Database, WebApplication App)> StartPagesAsync()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppFolder.Config, "appsettings.json")).AddInMemoryCollection(
        [
            .. field.Settings.Where(s => s.Key is not "Web__PublicUrl" and not "Logging__LogLevel__OcopMarket").Select(p => new KeyValuePair<string, string?>(p.Key.Replace("__", ":", StringComparison.Ordinal), p.Value)),
            new("SignIn:HashRounds", "1000"), new("Logging:LogLevel:Default", "None"),
        ]).Build();
        var home = AppHome.At(field.Home.Data);
        var database = await DatabaseHome.OpenAsync(settings, home, "unused", NullLogger.Instance, CancellationToken.None);
        var app = await OcopHost.BuildAsync(new HostRequest(Roles.Web, 0, home, settings, database) { IsDemo = true }, CancellationToken.None);
        await app.StartAsync();
        return (database, app);
    }
}
