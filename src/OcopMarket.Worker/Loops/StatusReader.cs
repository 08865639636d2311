using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Loops;

/// <summary>Reads what platforms say of our items: soon after something moved, seldom at rest, at once when hinted.</summary>
public sealed partial class StatusReader(
    StatusReads reads, AccountStore accounts, SellerSessions sessions, MarketplaceRegistry marketplaces, CallPacer pacer,
    ListingObservation observation, Refusals refusals, Circuits circuits, CallWatch calls, WorkSignal signal,
    ILogger<StatusReader> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private const int MostCallbacks = 500;
    private static readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = 6 };
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _whileOpen = TimeSpan.FromSeconds(10);

    /// <summary>Rounds in a row in which a shop gave nothing that can be read: the longer, the less often it is asked.</summary>
    private readonly ConcurrentDictionary<long, int> _silent = new();

    protected override TimeSpan Shortest => TimeSpan.FromSeconds(0.3);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var open = (await circuits.OpenAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        while (await reads.MatchAsync(MostCallbacks, cancellationToken) == MostCallbacks)
        {
        }

        var taken = await reads.TakeAsync(500, cancellationToken);
        await reads.AgainAsync([.. taken.Where(t => open.Contains(t.Marketplace))], _whileOpen, cancellationToken);
        var due = taken.Where(t => !open.Contains(t.Marketplace)).ToList();
        await Parallel.ForEachAsync(
            due.GroupBy(d => d.AccountId), new ParallelOptions { MaxDegreeOfParallelism = _parallel.MaxDegreeOfParallelism, CancellationToken = cancellationToken },
            async (shop, token) => await ReadShopAsync(shop.Key, [.. shop], token));
        return taken.Count > 0;
    }

    private async Task ReadShopAsync(long account, DueRead[] items, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(account, cancellationToken) is not { } shop)
        {
            return;
        }

        using var scope = WorkScope.Turn(log, shop.Marketplace, shop.Id);
        SellerSession? session = null;
        try
        {
            session = await sessions.OpenAsync(shop, cancellationToken);
            foreach (var batch in session is null ? [] : items.Chunk(marketplaces.Adapter(shop.Key).Capabilities.StatusBatchSize))
            {
                var wait = await pacer.TakeAsync(shop, CallKind.ReadStatus, _patience, cancellationToken);
                if (wait > TimeSpan.Zero)
                {
                    await reads.AgainAsync(items, wait, cancellationToken);
                    return;
                }

                await ReadBatchAsync(shop, session!, batch, cancellationToken);
            }

            if (session is not null)
            {
                await LookAgainAsync(shop, session, [.. items.Where(i => i.Several)], cancellationToken);
                await circuits.ReportAsync(shop.Marketplace, null, CancellationToken.None);
                _silent.TryRemove(account, out _);
            }
        }
        catch (MarketplaceException e)
        {
            LogReadFailed(log, e, account);
            await circuits.ReportAsync(shop.Marketplace, e.Kind == FailureKind.Transient ? e.PlatformCode : null, CancellationToken.None);
            await AgainAsync(account, items, e.RetryAfter ?? _soon);
            await AfterFailureAsync(shop, session, e, cancellationToken);
        }
#pragma warning disable CA1031 // what one shop answers is not the others' trouble
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogReadFailed(log, e, account);
            await AgainAsync(account, items, _soon);
        }
    }

    private async Task AgainAsync(long account, DueRead[] items, TimeSpan soon)
    {
        var wait = Backoff.After(_silent.AddOrUpdate(account, 1, (_, n) => n + 1), Random.Shared.NextDouble());
        await (wait < _late ? reads.AgainAsync(items, wait > soon ? wait : soon, CancellationToken.None) : reads.LaterAsync(items, wait, CancellationToken.None));
    }

    private async Task ReadBatchAsync(ShopRow shop, SellerSession session, DueRead[] batch, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Call(log, CallKind.ReadStatus, batch.Select(b => b.ListingId));
        var at = await reads.ClockAsync(cancellationToken);
        var adapter = marketplaces.Adapter(shop.Key);
        var seen = await calls.RunAsync(shop.Marketplace, CallKind.ReadStatus, () => adapter.ReadStatusesAsync(
            session, [.. batch.Select(b => new KnownItem(b.ExternalId, b.SellerSku))], cancellationToken));
        var byId = seen.GroupBy(s => s.ExternalId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        await observation.RecordAsync(
            [.. batch.Where(b => byId.ContainsKey(b.ExternalId!))
                .Select(b => new Sighting(b.ListingId, byId[b.ExternalId!], refusals.OfSeen(shop.Key, byId[b.ExternalId!]), adapter.Capabilities.SettlingTime))],
            KnownBy.Api, at, CancellationToken.None);
        await reads.MissingAsync([.. batch.Where(b => byId.GetValueOrDefault(b.ExternalId!) is null or { Absent: true })], _soon, CancellationToken.None);
    }

    /// <summary>Where several items had one code, looks whether somebody has put that right.</summary>
    private async Task LookAgainAsync(ShopRow shop, SellerSession session, DueRead[] several, CancellationToken cancellationToken)
    {
        var adapter = marketplaces.Adapter(shop.Key);
        foreach (var batch in several.Chunk(adapter.Capabilities.LookUpBatchSize))
        {
            if (await pacer.TakeAsync(shop, CallKind.LookUp, _patience, cancellationToken) > TimeSpan.Zero)
            {
                return; // with the next read
            }

            var found = (await calls.RunAsync(
                    shop.Marketplace, CallKind.LookUp, () => adapter.LookUpAsync(session, [.. batch.Select(b => b.SellerSku)], cancellationToken)))
                .Where(i => i.Status != SeenStatus.Removed).ToLookup(i => i.SellerSku, i => i.ExternalId, StringComparer.Ordinal);
            await observation.AloneAsync(
                [.. batch.Where(b => found[b.SellerSku].Distinct().SequenceEqual([b.ExternalId!])).Select(b => b.ListingId)], cancellationToken);
        }
    }

    private async Task AfterFailureAsync(ShopRow shop, SellerSession? session, MarketplaceException e, CancellationToken cancellationToken)
    {
        if (e.Kind == FailureKind.RateLimited)
        {
            await pacer.BlockAsync(shop, CallKind.ReadStatus, e.RetryAfter ?? TimeSpan.FromSeconds(2), cancellationToken);
        }
        else if (e.Kind == FailureKind.Unauthorized && session is not null
                 && await sessions.RefreshAsync(shop, session.AccessToken, cancellationToken) == TokenRenewal.Refused)
        {
            await accounts.RecordReauthAsync(shop.Id, e.PlatformCode, cancellationToken);
        }
        else if (e.Kind == FailureKind.Rejected && refusals.IsAboutTheShop(shop.Key, e.PlatformCode))
        {
            await accounts.CheckSoonAsync(shop.Id, cancellationToken);
        }
    }

    [LoggerMessage(1201, LogLevel.Warning, "Shop {AccountId}: reading the items' states failed; they are read again within a minute")]
    private static partial void LogReadFailed(ILogger log, Exception exception, long accountId);
}
