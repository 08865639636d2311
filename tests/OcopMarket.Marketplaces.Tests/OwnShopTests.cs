using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using OcopMarket.Marketplaces.WooCommerce;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Hosts that shops' owners name: nothing of ours behind our own walls is called by way of them.</summary>
[Trait("Category", "Culture")]
public sealed class OwnShopTests
{
    [Theory]
    [InlineData("https://shop.example.vn", "shop.example.vn")]
    [InlineData(" https://Shop.Example.vn/cua-hang/ ", "shop.example.vn/cua-hang")]
    [InlineData("https://example.vn/cua-hang/wp-json/wc/v3", "example.vn/cua-hang")]
    [InlineData("https://example.vn/?x=1#y", "example.vn")]
    public void An_address_is_cleaned_and_is_the_shops_id(string typed, string id) =>
        Assert.Equal(id, WooCommerceShop.IdOf(WooCommerceShop.AddressOf(typed, null)!));

    [Theory]
    [InlineData("http://shop.example.vn")]
    [InlineData("https://shop.example.vn:8443")]
    [InlineData("https://ten:mat@shop.example.vn")]
    [InlineData("https://localhost")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://10.0.0.5/shop")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::ffff:10.0.0.1]")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://may-chu")]
    [InlineData("https://kho.internal")]
    [InlineData("ftp://shop.example.vn")]
    [InlineData("shop.example.vn")]
    [InlineData("")]
    [InlineData(null)]
    public async Task What_is_no_public_https_address_is_refused_and_nothing_is_called(string? typed)
    {
        Assert.Null(WooCommerceShop.AddressOf(typed, null));

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SignInAsync(typed));

        Assert.Equal((FailureKind.Rejected, "shop_address"), (error.Kind, error.PlatformCode));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5093/lab", true)]
    [InlineData("http://127.0.0.1:5094/lab", false)]
    [InlineData("https://shop.example.vn", false)]
    public void While_shops_are_simulated_only_those_are_called(string typed, bool callable) =>
        Assert.Equal(callable, WooCommerceShop.AddressOf(typed, new Uri("http://127.0.0.1:5093")) is not null);

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("127.0.0.1")]
    [InlineData("203.0.114.9", "192.168.1.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    public async Task A_name_that_leads_behind_our_walls_is_not_dialled(params string[] addresses)
    {
        var dial = new OwnShopDial(() => null, (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = dial.ConnectAsync, UseProxy = false });

        var error = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.SendAsync(new(HttpMethod.Get, "https://shop.example.vn/"), CancellationToken.None));

        Assert.IsType<AddressRefusedException>(error.InnerException);
    }

    [Fact]
    public async Task Another_port_than_that_of_https_is_not_dialled_though_the_address_is_public()
    {
        var dial = new OwnShopDial(() => null, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("203.0.114.9")]));
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = dial.ConnectAsync, UseProxy = false });

        var error = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.SendAsync(new(HttpMethod.Get, "https://shop.example.vn:8443/"), CancellationToken.None));

        Assert.IsType<AddressRefusedException>(error.InnerException);
    }

    /// <summary>The name is public; what it leads to is looked at when the line is made, by the client that the application registers.</summary>
    [Fact]
    public async Task The_registered_client_dials_with_the_same_care()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var services = Adapters.Services();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("woocommerce");

        var error = await Record.ExceptionAsync(() => client.GetAsync(new Uri(server.BaseUrl)));

        Assert.Equal(CallBrokenException.AddressRefused, Assert.IsType<CallBrokenException>(error).Code);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("https://shop.example.vn")]
    [InlineData("ftp://127.0.0.1")]
    public async Task A_setting_for_all_shops_may_name_this_machine_only(string url)
    {
        await using var services = Adapters.Services(("woocommerce:BaseUrl", url));

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("simulated platform", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_setting_the_host_starts()
    {
        await using var services = Adapters.Services();

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static Task<SellerTokens> SignInAsync(string? url) => ((ISellerSignIn)Adapters.Registry().Adapter(new("woocommerce"))).SignInAsync(
        new("ck_1", new Secret("cs_1"), url is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["url"] = url }),
        CancellationToken.None);
}
