namespace OcopMarket.Data.Sellers;

internal static class MandateSql
{
    /// <summary>Of a mandate m: it holds on <c>@today</c>, its first and its last day included.</summary>
    public const string HoldsToday = "m.revoked_on IS NULL AND m.given_on <= @today AND coalesce(m.until, 'infinity') >= @today";
}
