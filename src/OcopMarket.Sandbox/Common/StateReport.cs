namespace OcopMarket.Sandbox.Common;

internal static class StateReport
{
    /// <summary>The body of <c>GET /_sandbox/state</c>.</summary>
    public static object Of(Platform platform)
    {
        var items = platform.Items.ToList();
        var duplicates = Duplicates.Find(items);
        return new
        {
            platform = platform.Key,
            name = platform.Name,
            now = platform.Now,
            seed = platform.Settings.Seed,
            shops = platform.Shops.Select(s => new { s.Id, s.Name, s.Phone, s.Status, s.Raw }),
            items,
            counts = new
            {
                shops = platform.Shops.Count(),
                items = items.Count,
                undeleted = items.Count(i => !i.Deleted),
                live = items.Count(i => i.Live),
                calls = platform.Store.Calls.Count,
                byStatus = items.GroupBy(i => i.Status).ToDictionary(g => g.Key, g => g.Count())
            },
            duplicates,
            duplicateItems = Duplicates.Surplus(duplicates),
            rateBreaches = platform.Store.RateBreaches
        };
    }
}
