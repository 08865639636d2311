using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OcopMarket.Data.Reading;
using OcopMarket.Marketplaces;
using OcopMarket.Testing;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests;

/// <summary>Callbacks over real HTTP: signed ones are kept once, everything else changes nothing.</summary>
public sealed class WebhookTests : PostgresFixture, IAsyncLifetime
{
    private const string PushUrl = "https://connector.example.vn/webhooks/shopee";
    private const string PushKey = "ocop-test-partner-key-0001";
    private readonly RSA _platform = RSA.Create(2048);
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            [
                new("Marketplaces:Postmart:CallbackPublicKey", _platform.ExportSubjectPublicKeyInfoPem()),
                new("Marketplaces:Shopee:PushUrl", PushUrl), new("Marketplaces:Shopee:PushKey", PushKey),
            ]);
        builder.Services.AddSingleton(new PortalDatabase(WebSource)).AddSingleton(TimeProvider.System);
        builder.Services.AddMarketplaces(builder.Configuration, Path.Combine(EmptyPortal.Repository(), "config"));
        builder.Services.AddSingleton(new RingKey(TestPeople.Key)).AddOcopWeb(TestPeople.Quick);
        _app = builder.Build();
        _app.MapOcopWeb();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        _client = new() { BaseAddress = new(addresses.Addresses.Single()) };
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        _client.Dispose();
        _platform.Dispose();
        await _app.DisposeAsync();
        await DisposeAsync();
    }

    [Fact]
    public async Task Signed_callback_is_kept_once_however_often_it_comes()
    {
        var body = Body("OC-a", signedBy: _platform);

        Assert.Equal(HttpStatusCode.OK, await SendAsync("postmart", body));
        Assert.Equal(HttpStatusCode.OK, await SendAsync("postmart", body));

        Assert.Equal(1, await CountAsync("webhook_receipt"));
    }

    /// <summary>The signature comes in the header in which others send keys; the answer must be empty, else it counts as not taken.</summary>
    [Fact]
    public async Task A_signed_push_of_Shopee_is_kept_with_the_platform_s_id_and_answered_with_nothing()
    {
        var body = $$$"""{"data":{"item_id":3903127451,"item_status":"BANNED"},"shop_id":14701711,"code":16,"timestamp":{{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}}}}""";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PushKey), Encoding.UTF8.GetBytes($"{PushUrl}|{body}")));

        var (taken, text) = await PushAsync(body, signature);
        var (forged, _) = await PushAsync(body.Replace("BANNED", "NORMAL", StringComparison.Ordinal), signature);

        Assert.Equal((HttpStatusCode.OK, ""), (taken, text));
        Assert.Equal(HttpStatusCode.Unauthorized, forged);
        Assert.Equal("14701711  3903127451", await ScalarAsync<string>(
            "SELECT concat_ws(' ', pending -> 0 ->> 'externalShopId', pending -> 0 ->> 'sellerSku', pending -> 0 ->> 'externalId') FROM webhook_receipt"));
    }

    private async Task<(HttpStatusCode Status, string Text)> PushAsync(string body, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopee") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", signature);
        using var answer = await _client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Forged_callback_is_refused_and_leaves_no_trace()
    {
        using var forger = RSA.Create(2048);

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("postmart", Body("OC-b", signedBy: forger)));

        Assert.Equal(0, await CountAsync("webhook_receipt"));
    }

    [Fact]
    public async Task An_unsigned_ping_of_a_shop_is_answered_and_keeps_nothing()
    {
        using var ping = new StringContent("webhook_id=1", Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = await _client.PostAsync(new Uri("/webhooks/woocommerce", UriKind.Relative), ping);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("woocommerce", new { id = 1 }));
        Assert.Equal(0, await CountAsync("webhook_receipt"));
    }

    [Theory]
    [InlineData("voso")]
    [InlineData("nobody")]
    public async Task Platform_that_does_not_call_back_is_not_there(string marketplace) =>
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(marketplace, Body("OC-c", signedBy: _platform)));

    [Fact]
    public async Task Huge_body_is_refused_while_it_is_read()
    {
        using var content = new StringContent(new string('x', 65 * 1024), Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri("/webhooks/postmart", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<HttpStatusCode> SendAsync(string marketplace, object body)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri($"/webhooks/{marketplace}", UriKind.Relative), body);
        return answer.StatusCode;
    }

    /// <summary>As the sheet signs it: prefix, date of sending, first code, first status.</summary>
    private static object Body(string sku, RSA signedBy)
    {
        var sent = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        var signature = signedBy.SignData(Encoding.UTF8.GetBytes($"POSTMART{sent}{sku}2"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new
        {
            data = new[] { new { shopCode = "PM1", itemCode = sku, productId = "1", status = 2, changedDate = sent } },
            sendDate = sent,
            signature = Convert.ToBase64String(signature),
        };
    }
}
