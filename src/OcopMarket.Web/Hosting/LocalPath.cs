namespace OcopMarket.Web.Hosting;

/// <summary>Where a visitor goes back to: a path of ours or the beginning, never another site.</summary>
public static class LocalPath
{
    /// <summary>Browsers read <c>//host</c> and <c>/\host</c> as another site, and drop control characters before they look.</summary>
    public static string Of(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(c => char.IsControl(c) || c == '\\') ? path : "/";
}
