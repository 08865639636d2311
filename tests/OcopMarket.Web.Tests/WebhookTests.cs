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
            [new("Marketplaces:Postmart:CallbackPublicKey", _platform.ExportSubjectPublicKeyInfoPem())]);
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
