namespace OcopMarket.Data.Sellers;

internal static class MandateSql
{
    /// <summary>Of a mandate m: it holds on <c>@today</c>, its first and its last day included.</summary>
    public const string HoldsToday = "m.revoked_on IS NULL AND m.given_on <= @today AND coalesce(m.until, 'infinity') >= @today";

    /// <summary>Of a mandate m on <c>@today</c>: valid, coming, ended, withdrawn.</summary>
    public const string Standing =
        "CASE WHEN m.revoked_on IS NOT NULL THEN 'withdrawn' WHEN m.until < @today THEN 'ended' WHEN m.given_on > @today THEN 'coming' ELSE 'valid' END";
}
