using System.Globalization;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>Times <c>dd/MM/yyyy HH:mm:ss</c> and dates <c>dd/MM/yyyy</c>, both Hanoi (+07:00, no summer time).</summary>
internal static class PostmartClock
{
    private const string Format = "dd/MM/yyyy HH:mm:ss";
    private static readonly TimeSpan Hanoi = TimeSpan.FromHours(7);

    public static string Write(DateTimeOffset time) => time.ToOffset(Hanoi).ToString(Format, CultureInfo.InvariantCulture);

    public static string Write(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>Null for anything else than the format.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTime.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? new(time, Hanoi) : null;

    /// <summary>Until the day's quotas start again.</summary>
    public static TimeSpan UntilMidnight(DateTimeOffset now)
    {
        var here = now.ToOffset(Hanoi);
        return TimeSpan.FromDays(1) - here.TimeOfDay;
    }
}
