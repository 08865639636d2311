namespace OcopMarket.Core.Marketplaces;

/// <summary>What to do next; chosen by the adapter, obeyed by the dispatcher. Transient and RateLimited promise that nothing landed. An
/// answer that may hide a write (any 5xx, a cut or unreadable answer, a time-out after the first byte, a platform's own "system error") is
/// Ambiguous for a create and for every change that is not idempotent there. Ambiguous is always an outcome of one change; an exception
/// means that no change of the call landed.</summary>
public enum FailureKind { Transient, RateLimited, Unauthorized, Rejected, Ambiguous, Misconfigured }

/// <summary>The whole call was refused.</summary>
public sealed class MarketplaceException(
    MarketplaceKey marketplace, FailureKind kind, string platformCode, string detail, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception($"{marketplace.Value} answered {platformCode} ({kind}): {detail}", inner)
{
    public MarketplaceKey Marketplace { get; } = marketplace;
    public FailureKind Kind { get; } = kind;

    /// <summary>The platform's own code, verbatim, so that its support desk recognises it; ours for what never arrived
    /// (<c>connect_failed</c>, <c>timeout</c>, <c>unreadable</c>).</summary>
    public string PlatformCode { get; } = platformCode;

    /// <summary>The platform's own text, shortened to 500 characters, without tokens.</summary>
    public string Detail { get; } = detail;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
