using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Worker.Watching;

/// <summary>What stands beside every message of a piece of work, so that all its lines can be found together. Only ids and words of ours:
/// never a token, a name or anything that a platform said.</summary>
internal static class WorkScope
{
    private static readonly Func<ILogger, string, string, long, IDisposable?> _turn =
        LoggerMessage.DefineScope<string, string, long>("turn {Correlation}, {Marketplace}, shop {AccountId}");

    private static readonly Func<ILogger, CallKind, string, string, IDisposable?> _call =
        LoggerMessage.DefineScope<CallKind, string, string>("call {Call}, listings {ListingIds}, tasks {TaskIds}");

    private static readonly Func<ILogger, string, string, IDisposable?> _pull =
        LoggerMessage.DefineScope<string, string>("pull {Correlation}, source {Source}");

    /// <summary>One turn of one shop.</summary>
    public static IDisposable? Turn(ILogger log, string marketplace, long account) => _turn(log, NewId(), marketplace, account);

    /// <summary>One call of a turn.</summary>
    public static IDisposable? Call(ILogger log, CallKind kind, IEnumerable<long> listings, IEnumerable<long>? tasks = null) =>
        _call(log, kind, string.Join(',', listings), string.Join(',', tasks ?? []));

    /// <summary>One pull of one source.</summary>
    public static IDisposable? Pull(ILogger log, string source) => _pull(log, NewId(), source);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
