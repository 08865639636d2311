using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Web.People;
using OcopMarket.Web.Webhooks;

namespace OcopMarket.Web.Tests;

/// <summary>A portal to which producers' own shops tell, each with a secret that its owner can read.</summary>
public sealed class WebhookPortal : EmptyPortal
{
    internal const string Secret = "chung";

    protected override PortalSettings Settings { get; } = TestPeople.Quick with
    {
        IsDemo = true,
        Webhooks = new() { ShopPerMinute = 5, MarketplacePerMinute = 40, ShopMegabytes = 1 },
    };

    protected override IConfiguration Marketplaces { get; } =
        new ConfigurationBuilder().AddInMemoryCollection([new("Marketplaces:WooCommerce:WebhookSecret", Secret)]).Build();
}

/// <summary>Who may sign may still not tell without end, and whoever does delays nobody else.</summary>
public sealed class WebhookLimitTests(WebhookPortal portal) : IClassFixture<WebhookPortal>
{
    private readonly string _first = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_shop_that_floods_us_is_told_to_wait_and_every_other_shop_is_heard()
    {
        var counted = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == WebhookLimits.MeterName)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted)
            {
                counted.Add(string.Join(' ', tags.ToArray().Select(t => t.Value)));
            }
        });
        listener.Start();

        var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => TellAsync("lut.example", n)));

        Assert.Equal(5, flood.Count(f => f.Status == HttpStatusCode.OK));
        Assert.All(flood.Where(f => f.Status != HttpStatusCode.OK), f => Assert.True(f is { Status: HttpStatusCode.TooManyRequests, Wait: > 0 }, $"{f}"));
        for (var shop = 0; shop < 20; shop++)
        {
            Assert.Equal(HttpStatusCode.OK, (await TellAsync($"yen{shop}.example", 0)).Status); // word for word the same, each its own
        }

        Assert.Equal(25, await portal.CountAsync("webhook_receipt"));
        lock (counted)
        {
            Assert.Equal(55, counted.Count(c => c == "woocommerce shop_minute"));
            Assert.Equal(25, counted.Count(c => c == "woocommerce kept"));
        }
    }

    [Fact]
    public async Task A_shop_that_told_more_than_a_day_has_room_for_waits_for_the_next_day_and_no_other_does()
    {
        var (full, other) = ("day.example", "rong.example");
        Assert.Equal(HttpStatusCode.OK, (await TellAsync(full, 0)).Status);
        await portal.ExecuteAsync("UPDATE identity.day_use SET bytes = 999999 WHERE what = 'webhook' AND keeper !~ ':[0-9]{1,2}$'");

        var refused = await TellAsync(full, 1);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(refused.Wait!.Value, 1, 86_400);
        Assert.Equal(HttpStatusCode.OK, (await TellAsync(full, 0)).Status); // known already
        Assert.Equal(HttpStatusCode.OK, (await TellAsync(other, 0)).Status);
    }

    [Fact]
    public void A_marketplace_that_used_up_its_minute_costs_a_shop_nothing_of_its_own()
    {
        using var limits = new WebhookLimits(
            TestPeople.Quick with { Webhooks = new() { ShopPerMinute = 2, MarketplacePerMinute = 3 } }, TimeProvider.System, portal.Services.GetRequiredService<IMeterFactory>());
        string? Take(string shop) => limits.Take(new("woocommerce", "hash", [new(shop, "sku", null)]))?.Code;

        Assert.Equal([null, null, null], new[] { "a", "b", "c" }.Select(Take));
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("marketplace_minute", Take("d")));
    }

    private async Task<(HttpStatusCode Status, int? Wait)> TellAsync(string shop, int product)
    {
        var changed = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var body = Encoding.UTF8.GetBytes($$"""{"id": {{product + 1}}, "sku": "SKU-{{product}}", "date_modified_gmt": "{{(product == 0 ? _first : changed)}}"}""");
        var secret = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookPortal.Secret), Encoding.UTF8.GetBytes($"woocommerce webhook {shop}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/woocommerce") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-WC-Webhook-Source", $"https://{shop}/");
        request.Headers.Add("X-WC-Webhook-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        using var answer = await portal.Client.SendAsync(request);
        return (answer.StatusCode, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds);
    }
}
