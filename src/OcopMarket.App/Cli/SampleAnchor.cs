using System.Globalization;
using OcopMarket.App.Demo;

namespace OcopMarket.App.Cli;

/// <summary>The sample's dates are offsets from one day, that of its first load into a database: the same rows come back the same tomorrow.</summary>
internal static class SampleAnchor
{
    public const string Source = "sample";
    private const string Key = "demo.day";
    private const string Form = "yyyy-MM-dd";

    public static async Task<DateOnly> DayAsync(DemoQueries queries, DateOnly today, bool dryRun, CancellationToken cancellationToken)
    {
        if (await queries.SettingAsync(Key, cancellationToken) is { } known)
        {
            return DateOnly.ParseExact(known, Form, CultureInfo.InvariantCulture);
        }

        if (!dryRun)
        {
            await queries.SetAsync(Key, today.ToString(Form, CultureInfo.InvariantCulture), cancellationToken);
        }

        return today;
    }
}
