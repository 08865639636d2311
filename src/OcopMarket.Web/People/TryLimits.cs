using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace OcopMarket.Web.People;

/// <summary>How many tries to prove who one is this process takes in a minute: from one address, and from all together.</summary>
internal sealed class TryLimits(PortalSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(http => Window(Address(http), settings.SignIn.TriesPerAddress)),
        PartitionedRateLimiter.Create<HttpContext, string>(_ => Window("all", settings.SignIn.TriesInAll)));

    public bool Take(HttpContext http)
    {
        using var lease = _limiter.AttemptAcquire(http);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    /// <summary>Of IPv6 the /64: one line has all of those.</summary>
    internal static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return Convert.ToHexString(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }

    internal static RateLimitPartition<string> Window(string key, int most) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new() { PermitLimit = most, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0 });
}
