using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Sync;
using OcopMarket.Data.Vault;
using OcopMarket.Data.Wishes;
using OcopMarket.Marketplaces;
using OcopMarket.Sources.Fetching;
using OcopMarket.Worker.Jobs;
using OcopMarket.Worker.Loops;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker;

public static class WorkerRegistration
{
    /// <summary>Everything that pulls, plans, submits and reads, without the loops: a command can pull and leave the rest to the worker.
    /// Needs an <c>NpgsqlDataSource</c>, an <see cref="KeyWrappers"/>, an <c>AuditChain</c>, a <see cref="MediaAddress"/> and the marketplaces.</summary>
    public static IServiceCollection AddOcopEngine(
        this IServiceCollection services, CertificateRules rules, TimeSpan? lease = null, GuardRules? guard = null, TimeSpan? grace = null,
        TimeSpan? keyStay = null, TimeSpan? takeDown = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(rules);
        services.AddMetrics();
        services.AddSingleton<EngineMeter>().AddSingleton<CallWatch>();
        services.AddSingleton(s => new LedgerFigures(
            s.GetRequiredService<NpgsqlDataSource>(), [.. s.GetRequiredService<MarketplaceRegistry>().Keys.Select(k => k.Value)],
            s.GetRequiredService<IMeterFactory>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(new RetentionPeriods());
        services.AddSingleton(s => new RetentionKeeper(
            s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<RetentionPeriods>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => Reconciler(s.GetRequiredService<MarketplaceRegistry>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new TaskQueue(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<ListingReconciler>(), lease));
        services.AddSingleton<TableGrowth>().AddSingleton<ListingObservation>().AddSingleton<StatusReads>().AddSingleton<RateBuckets>()
            .AddSingleton(s => Circuits(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<MarketplaceRegistry>()))
            .AddSingleton(s => new ListingSweep(
                s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<ListingReconciler>(), grace))
           .AddSingleton<ShopSweeps>().AddSingleton<ListingComposition>().AddSingleton<MediaUploads>()
            .AddSingleton(guard ?? new GuardRules()).AddSingleton<MassChangeGuard>().AddSingleton<GuardHolds>().AddSingleton<StaffDecisions>()
            .AddSingleton<AccountStore>().AddSingleton<AccountImport>().AddSingleton<AccountCounts>().AddSingleton<MandateStore>().AddSingleton<MandateFollow>().AddSingleton<CredentialStore>()
            .AddSingleton<ConsentTokens>().AddSingleton<ConsentWarnings>().AddSingleton<ConnectStore>()
            .AddSingleton<ShopLeaves>().AddSingleton<MarketplaceStops>();
        services.AddSingleton(s => new DataKeys(
            s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<KeyWrappers>(), s.GetRequiredService<TimeProvider>(), keyStay));
        services.AddSingleton<CredentialVault>().AddSingleton<IntakeKeys>().AddSingleton<TypedLogins>();
        services.AddSingleton<SubjectMarks>().AddSingleton(s => new SubjectErasure(
            s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<ListingReconciler>(), s.GetRequiredService<SubjectMarks>(),
            s.GetRequiredService<TimeProvider>(), takeDown));
        services.AddSafeFetch();
        services.AddSingleton<CatalogueStore>().AddSingleton<SourceRunStore>().AddSingleton<PullSource>();
        services.AddSingleton<ConsentRenewal>().AddSingleton<ConsentLooks>().AddSingleton<ShopConnecting>().AddSingleton<TypedConnecting>();
        services.AddSingleton<SellerSessions>().AddSingleton<CallSlots>().AddSingleton<CallPacer>().AddSingleton<ShopMedia>().AddSingleton<ShopCategories>().AddSingleton<Refusals>()
            .AddSingleton<ShopOpening>().AddSingleton<AccountLists>().AddSingleton<AccountChecks>().AddSingleton<ShopRunServices>();
        services.AddSingleton<ICatalogueChanged, ListingPlanning>();
        services.AddWishPlanner().AddSingleton<WishStore>();
        return services;
    }

    /// <summary>The hosted loops: dispatcher, status reader, account keeper, shop connector, mandate follower, what people wish, shop leaver, shop sweeper, housekeeping, requests
    /// about personal data. Needs a <see cref="SubjectFile"/>.</summary>
    public static IServiceCollection AddOcopLoops(this IServiceCollection services)
    {
        services.AddSingleton<WorkSignal>();
        services.AddHostedService<WorkListener>();
        services.AddHostedService<Dispatcher>();
        services.AddHostedService<StatusReader>();
        services.AddHostedService<AccountKeeper>();
        services.AddHostedService<ShopConnector>();
        services.AddHostedService<MandateFollower>();
        services.AddHostedService<WishKeeper>();
        services.AddHostedService<ShopLeaver>();
        services.AddHostedService<ShopSweeper>();
        services.AddHostedService<Housekeeper>();
        services.AddHostedService<SubjectKeeper>();
        return services;
    }

    private static IServiceCollection AddWishPlanner(this IServiceCollection services)
    {
        services.TryAddSingleton<CatalogueComposer>();
        services.TryAddSingleton<WishPlanner>();
        return services;
    }

    private static ListingReconciler Reconciler(MarketplaceRegistry marketplaces, TimeProvider time) =>
        new(Timings(marketplaces), time, marketplaces.Keys.ToDictionary(k => k.Value, k => marketplaces.Profile(k).Drift));

    private static Circuits Circuits(NpgsqlDataSource dataSource, MarketplaceRegistry marketplaces) =>
        new(dataSource, marketplaces.Keys.Where(k => marketplaces.Profile(k).OwnShops).Select(k => k.Value).ToHashSet(StringComparer.Ordinal));

    private static Dictionary<string, ListingTiming> Timings(MarketplaceRegistry marketplaces) =>
        marketplaces.Keys.ToDictionary(k => k.Value, k => Timing(marketplaces.Profile(k), marketplaces.Adapter(k).Capabilities));

    // Three readings at rest may fail before silence is called silence.
    private static ListingTiming Timing(MarketplaceProfile profile, MarketplaceCapabilities capabilities) => new(
        profile.ReviewUsually, capabilities.SettlingTime, 3 * profile.PollResting, profile.PollMoving, profile.PollResting);
}
