using System.Globalization;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Wishes;
using OcopMarket.Marketplaces;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Publishing;

/// <param name="Key">Of the words; null: the plan is there.</param>
internal sealed record PublishAnswer(long? Plan, string? Key = null);

/// <summary>Takes what people choose on a list or a product's page, and makes the plan that they look at before anything is done.</summary>
internal sealed class PublishDesk(
    WishPortal portal, WishDecisions decisions, MarketplaceRegistry marketplaces, DayLimits limits, SessionCookie sessions, Doer doer,
    IHttpContextAccessor http, TimeProvider time)
{
    private const int LongestReason = 500;

    public async Task<PublishAnswer> PlanAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (!Words.TryParse<WishKind>(Field(form, "viec"), out var kind))
        {
            return new(null, "kind");
        }

        var listing = Query.Id(Field(form, "tin"));
        var isOfSeason = kind is WishKind.Season or WishKind.Return;
        var places = listing is not null || isOfSeason
            ? marketplaces.Keys.Select(k => k.Value).ToList()
            : [.. form["noi"].OfType<string>().Where(m => marketplaces.Keys.Any(k => k.Value == m)).Distinct(StringComparer.Ordinal)];
        if (places.Count == 0)
        {
            return new(null, "marketplaces");
        }

        if (!TryDay(kind, Field(form, "ngay-ve"), out var backOn))
        {
            return new(null, "day");
        }

        var reason = Query.Text(Field(form, "ly-do"));
        if (reason?.Length > LongestReason)
        {
            return new(null, "reason");
        }

        var answer = await portal.PlanAsync(
            new(kind, places, backOn, reason)
            {
                Listing = listing,
                All = Field(form, "tat-ca") == "1" ? Filter(form) : null,
                Products = [.. form["p"].Select(Query.Id).OfType<long>().Distinct()],
            },
            Effort, limits.Plans, doer.Now, cancellationToken);
        return answer.Refusal switch
        {
            null => new(answer.Plan),
            WishRefusal.TooMany => new(null, "many"),
            WishRefusal.Open => new(null, "open"),
            WishRefusal.Day => new(null, "today"),
            _ => new(null, "nothing"),
        };
    }

    public Task<WishDecision> ConfirmAsync(long plan, string? reason, CancellationToken cancellationToken) =>
        decisions.ConfirmAsync(plan, doer.Now, IsFresh, reason, cancellationToken);

    public Task<WishDecision> ApproveAsync(long plan, CancellationToken cancellationToken) => decisions.ApproveAsync(plan, doer.Now, IsFresh, cancellationToken);

    public Task<WishDecision> DropAsync(long plan, CancellationToken cancellationToken) => decisions.DropAsync(plan, doer.Now, cancellationToken);

    /// <summary>How many calls it takes, and how long the platforms' limits let them take.</summary>
    internal IReadOnlyList<WishEffort> Effort(IReadOnlyList<PlannedItem> items) =>
        [.. items.GroupBy(i => i.Marketplace).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Effort(new MarketplaceKey(g.Key), [.. g])).OfType<WishEffort>()];

    private WishEffort? Effort(MarketplaceKey key, List<PlannedItem> items)
    {
        var (profile, capabilities) = (marketplaces.Profile(key), marketplaces.Adapter(key).Capabilities);
        var calls = items.Where(i => ChangeOf(i.Act) is not null)
            .GroupBy(i => (i.AccountId, Change: ChangeOf(i.Act)!.Value))
            .Select(g => (g.Key.AccountId, Call: CallOf(g.Key.Change), Count: Ceiling(g.Count(), capabilities.BatchSize.GetValueOrDefault(g.Key.Change, 1)))).ToList();
        if (capabilities.UploadsMedia)
        {
            calls.AddRange(items.Where(i => i.Pictures > 0).GroupBy(i => i.AccountId).Select(g => (g.Key, CallKind.Media, g.Sum(i => i.Pictures))));
        }

        var total = calls.Sum(c => c.Count);
        return total == 0 ? null : new(key.Value, total, (int)Math.Ceiling(profile.Limits.Select(l => Seconds(l, calls)).DefaultIfEmpty(0).Max()));
    }

    // A limit of each shop is as slow as its busiest shop; one of the login as all shops together.
    private static decimal Seconds(RateLimit limit, List<(long? Account, CallKind Call, int Count)> calls)
    {
        var counted = calls.Where(c => limit.Calls.Contains("*") || limit.Calls.Contains(c.Call.ToString()));
        var most = limit.Scope == "shop" ? counted.GroupBy(c => c.Account).Select(g => g.Sum(c => c.Count)).DefaultIfEmpty(0).Max() : counted.Sum(c => c.Count);
        return most / limit.PerSecond;
    }

    private static int Ceiling(int count, int batch) => (count + Math.Max(1, batch) - 1) / Math.Max(1, batch);

    private static ChangeKind? ChangeOf(WishAct act) => act switch
    {
        WishAct.Create => ChangeKind.Create,
        WishAct.Show => ChangeKind.Show,
        WishAct.Change => ChangeKind.UpdateContent,
        WishAct.Hide or WishAct.Remove => ChangeKind.Hide,
        WishAct.Zero or WishAct.Restock => ChangeKind.SetStock,
        _ => null,
    };

    private static CallKind CallOf(ChangeKind change) => change switch
    {
        ChangeKind.Create => CallKind.Create,
        ChangeKind.UpdateContent => CallKind.Update,
        ChangeKind.SetPrice or ChangeKind.SetStock => CallKind.PriceStock,
        _ => CallKind.Visibility,
    };

    private static ProductFilter Filter(IFormCollection form) => new(
        Query.Text(Field(form, "q")), Query.Small(Field(form, "sao")), Query.Text(Field(form, "chung-nhan")), Query.Small(Field(form, "nhom")),
        Query.Text(Field(form, "san")), Query.Text(Field(form, "trang-thai")));

    /// <summary>Nobody need know when the season comes back; who names a day names one from tomorrow on, within two years.</summary>
    private bool TryDay(WishKind kind, string? text, out DateOnly? day)
    {
        day = null;
        if (kind != WishKind.Season || string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var today = VietnamDay.Of(time.GetUtcNow());
        if (DateOnly.TryParseExact(text.Trim(), ["yyyy-MM-dd", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var named)
            && named > today && named <= today.AddYears(2))
        {
            day = named;
            return true;
        }

        return false;
    }

    private bool IsFresh => http.HttpContext is { } context && sessions.IsFresh(context.User);

    private static string? Field(IFormCollection form, string name) => form[name].FirstOrDefault();
}
