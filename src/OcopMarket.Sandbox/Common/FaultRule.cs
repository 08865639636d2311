namespace OcopMarket.Sandbox.Common;

/// <summary>What can be made to go wrong. "After" means that the write has landed.</summary>
internal enum FaultKind
{
    RateLimited,
    RateLimitedRetryAfter,
    ServerErrorBefore,
    ServerErrorAfter,
    DroppedBefore,
    DroppedAfter,
    LateLanding,
    TokenRevoked,
    TaxonomyChanged,
    SlowBytes,
    Html,
    HtmlAfter,
    CutJson,
    HugeBody,
    UnknownStatus,
    UnknownError
}

/// <summary>One knob as <c>POST /_sandbox/faults</c> sets it. Without count and share it holds for every call.</summary>
/// <param name="Call">A call's name, <c>*</c> for all, <c>writes</c> for those that can change something.</param>
/// <param name="Count">How many calls are still to be hit.</param>
/// <param name="Share">In 0..1, drawn from the seed and the body, so that it does not depend on the order of arrival.</param>
/// <param name="After">Calls that pass first.</param>
/// <param name="Sku">Only calls that name this seller's code.</param>
/// <param name="Seconds">How late a write lands, how long slow bytes take, what Retry-After says.</param>
/// <param name="HttpStatus">Instead of the kind's usual status; with <see cref="FaultKind.LateLanding"/> an answer instead of a
/// cut line.</param>
/// <param name="Category">The leaf that <see cref="FaultKind.TaxonomyChanged"/> withdraws.</param>
internal sealed record FaultRule(
    string Call, FaultKind Kind, string? Shop = null, int? Count = null, double? Share = null, int After = 0, string? Sku = null,
    double? Seconds = null, int? HttpStatus = null, string? Category = null)
{
    public string Id { get; init; } = "";
    public bool Cleared { get; init; }
}
