using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Api;

/// <summary>How often one key may ask. That one address does not ask without end, also with keys that it guesses, is the gate's business.</summary>
internal sealed class ApiLimits(PortalSettings settings) : IDisposable
{
    private static readonly TimeSpan _usual = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        key => TryLimits.Window(key, settings.Api.RequestsPerMinute));

    /// <returns>Null: it may.</returns>
    public ApiProblem? Take(HttpContext http)
    {
        using var lease = _limiter.AttemptAcquire(http.User.FindFirstValue(ApiKeyHandler.KeyClaim) ?? "");
        if (lease.IsAcquired)
        {
            return null;
        }

        Wait(http, lease);
        return ApiProblem.Of(StatusCodes.Status429TooManyRequests);
    }

    /// <summary>Says after how many seconds it is worth asking again.</summary>
    public static void Wait(HttpContext http, RateLimitLease lease) => http.Response.Headers.RetryAfter =
        ApiProblem.Seconds(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.Zero ? wait : _usual);

    public void Dispose() => _limiter.Dispose();
}

/// <summary>Section <c>Api</c>.</summary>
public sealed record ApiSettings
{
    /// <summary>Requests a minute with one key.</summary>
    public int RequestsPerMinute { get; init; } = 300;

    /// <summary>Requests a minute from one address, with whatever keys.</summary>
    public int RequestsPerAddress { get; init; } = 600;

    /// <summary>After so long the database breaks a statement off.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(5);
}
