using System.Globalization;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Marketplaces;
using RestSharp;

namespace OcopMarket.Marketplaces.Http;

/// <summary>A whole answer, whatever it says.</summary>
internal sealed record HttpAnswer(int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>A header of the answer; null when it is not there.</summary>
    public Func<string, string?> Header { get; init; } = _ => null;
}

/// <summary>One HTTP call over the platform's named client: no retry, no redirect, no cookie. Leaves an answer,
/// <see cref="MarketplaceException"/> when the request cannot have been seen, or <see cref="FateUnknownException"/>.</summary>
internal sealed class PlatformHttp<TOptions>(
    MarketplaceKey key, IHttpClientFactory factory, IOptionsMonitor<TOptions> options, TimeProvider time)
    where TOptions : ConnectionOptions
{
    public MarketplaceKey Key { get; } = key;

    public TOptions Options
    {
        get
        {
            try
            {
                return options.CurrentValue;
            }
            catch (OptionsValidationException e)
            {
                throw new MarketplaceException(Key, FailureKind.Misconfigured, "settings", string.Join(' ', e.Failures), inner: e);
            }
        }
    }

    /// <param name="at">The shop's own address, where every shop has one.</param>
    public async Task<HttpAnswer> SendAsync(RestRequest request, CancellationToken cancellationToken, Uri? at = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var settings = Options;
        using var client = new RestClient(factory.CreateClient(Key.Value), disposeHttpClient: true, o => Configure(o, at ?? settings.BaseUrl));
        var response = await client.ExecuteAsync(request, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return Broken(response.ErrorException) is { } broken
            ? throw Explain(broken)
            : new HttpAnswer((int)response.StatusCode, response.RawBytes ?? [], RetryAfter(response)) { Header = name => response.GetHeaderValue(name) };
    }

    private static void Configure(RestClientOptions client, Uri? baseUrl)
    {
        client.BaseUrl = baseUrl;
        client.RedirectOptions = new RedirectOptions { FollowRedirects = false };
        client.UserAgent = "OcopMarket/0.1";
        client.ThrowOnAnyError = false;
        client.SetErrorExceptionOnUnsuccessfulStatusCode = false;
    }

    private Exception Explain(CallBrokenException broken) => broken.Sent
        ? new FateUnknownException(broken.Code, broken.Message, broken)
        : new MarketplaceException(
            Key, broken.Code == CallBrokenException.AddressRefused ? FailureKind.Misconfigured : FailureKind.Transient, broken.Code, broken.Message, inner: broken);

    private static CallBrokenException? Broken(Exception? error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is CallBrokenException broken)
            {
                return broken;
            }
        }

        return error is null ? null : new CallBrokenException(true, "unreadable", "The call ended without an answer.", error);
    }

    private TimeSpan? RetryAfter(RestResponse response)
    {
        var text = response.GetHeaderValue("Retry-After");
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > time.GetUtcNow()
            ? at - time.GetUtcNow()
            : null;
    }
}
