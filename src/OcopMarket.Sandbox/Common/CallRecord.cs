namespace OcopMarket.Sandbox.Common;

/// <summary>One line of the call log. Headers and bodies are not in it, so neither are secrets.</summary>
/// <param name="Status">HTTP status as decided; <paramref name="Fault"/> says what became of it on the way.</param>
/// <param name="Error">The platform's own code, null when it was content.</param>
/// <param name="Landed">Whether the call changed anything that the platform keeps for the seller.</param>
/// <param name="Skus">The seller's codes that the call names.</param>
internal sealed record CallRecord(
    long Seq, DateTimeOffset Time, string Method, string Path, string Call, string? Shop, int Status, string? Error, bool Landed,
    bool Breach, string? Fault, IReadOnlyList<string> Skus);
