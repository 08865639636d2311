using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OcopMarket.Web.People;

/// <summary>The framework's handler, which takes the directory's answer by a link alone: a form from there comes without the cookies that bind
/// the answer to this browser, so nobody may send one.</summary>
internal sealed class OpenIdHandler(
    IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logger, HtmlEncoder html, UrlEncoder url)
    : OpenIdConnectHandler(options, logger, html, url)
{
    public override async Task<bool> ShouldHandleRequestAsync() =>
        HttpMethods.IsGet(Request.Method) && await base.ShouldHandleRequestAsync();
}

/// <summary>Whatever addresses the directory names: keys, codes and our secret travel under TLS, or stay on this machine.</summary>
internal sealed class SealedWay() : DelegatingHandler(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    UseCookies = false,
    ConnectTimeout = TimeSpan.FromSeconds(5),
    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
})
{
    internal static bool Allows(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;

    /// <exception cref="HttpRequestException">The address is neither.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.RequestUri is { } address && Allows(address)
            ? base.SendAsync(request, cancellationToken)
            : throw new HttpRequestException("The directory names an address without TLS.");
}
