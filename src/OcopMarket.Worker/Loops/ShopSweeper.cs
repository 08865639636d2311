using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Loops;

/// <summary>Reads shops whole: before anything is sent to one that was just connected, or to any after the database was restored; then once
/// a day, within a share of the platform's rate, for what others changed there.</summary>
public sealed partial class ShopSweeper(
    ShopSweeps sweeps, StatusReads reads, AccountStore accounts, SellerSessions sessions, MarketplaceRegistry marketplaces, CallPacer pacer,
    ListingObservation observation, Refusals refusals, Circuits circuits, CallWatch calls, WorkSignal signal,
    ILogger<ShopSweeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private const int PagesATurn = 20;
    private static readonly TimeSpan _daily = TimeSpan.FromHours(24);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var open = (await circuits.OpenAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var turns = await sweeps.TakeAsync([.. marketplaces.Keys.Select(k => k.Value).Where(k => !open.Contains(k))], 8, cancellationToken);
        await Parallel.ForEachAsync(
            turns, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (turn, token) => await SweepAsync(turn, token));
        return turns.Count > 0;
    }

    private async Task SweepAsync(SweepTurn turn, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Turn(log, turn.Shop.Marketplace, turn.Shop.Id);
        SellerSession? session = null;
        try
        {
            session = await sessions.OpenAsync(turn.Shop, cancellationToken);
            if (session is null)
            {
                await accounts.RecordReauthAsync(turn.Shop.Id, "token_ended", cancellationToken);
                await sweeps.LaterAsync(turn, TimeSpan.FromMinutes(1), failed: true, cancellationToken);
                return;
            }

            await ReadAsync(turn, session, cancellationToken);
        }
        catch (MarketplaceException e)
        {
            LogSweepFailed(log, e, turn.Shop.Id);
            await circuits.ReportAsync(
                turn.Shop.Marketplace, e.Kind == FailureKind.Transient ? e.PlatformCode : null, CancellationToken.None);
            await AfterFailureAsync(turn, session, e, cancellationToken);
            await sweeps.LaterAsync(
                turn, e.RetryAfter ?? Backoff.After(turn.Failures, Random.Shared.NextDouble()), failed: true, CancellationToken.None);
        }
#pragma warning disable CA1031 // what one shop answers is not the others' trouble
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogSweepFailed(log, e, turn.Shop.Id);
            await sweeps.LaterAsync(turn, Backoff.After(turn.Failures, Random.Shared.NextDouble()), failed: true, CancellationToken.None);
        }
    }

    private async Task ReadAsync(SweepTurn turn, SellerSession session, CancellationToken cancellationToken)
    {
        var adapter = marketplaces.Adapter(turn.Shop.Key);
        var (since, page) = (turn.Since, turn.Page);
        for (var pages = 0; pages < PagesATurn; pages++)
        {
            var wait = await pacer.TryTakeSweepAsync(turn.Shop, budgeted: !turn.Gated, cancellationToken);
            if (wait > TimeSpan.Zero)
            {
                await sweeps.LaterAsync(turn, wait, failed: false, cancellationToken);
                return;
            }

            var at = await reads.ClockAsync(cancellationToken);
            var (from, number) = (since ?? DateTimeOffset.UnixEpoch, page);
            var seen = await calls.RunAsync(
                turn.Shop.Marketplace, CallKind.LookUp, () => adapter.ReadChangedAsync(session, from, number, cancellationToken));
            await circuits.ReportAsync(turn.Shop.Marketplace, null, CancellationToken.None);
            (since, page) = Next(seen, since, page);
            var ours = await sweeps.KeepAsync(turn, seen.Items, at, since, page, CancellationToken.None);
            await observation.RecordAsync(
                [.. seen.Items.Where(i => ours.ContainsKey(i.ExternalId)).DistinctBy(i => i.ExternalId).Select(i => new Sighting(
                    ours[i.ExternalId], i, refusals.OfSeen(turn.Shop.Key, i), adapter.Capabilities.SettlingTime))],
                KnownBy.Api, at, CancellationToken.None);
            if (seen.NextPage is null)
            {
                await sweeps.CompleteAsync(turn, _daily * (0.9 + (Random.Shared.NextDouble() / 5)), CancellationToken.None);
                return;
            }
        }

        await sweeps.LaterAsync(turn, TimeSpan.Zero, failed: false, cancellationToken);
    }

    /// <summary>Goes on from the time of the last item, not by page number: an item that is edited meanwhile moves to the end, and whatever
    /// stood behind it would move to a page that was read already. Only items of one and the same moment are paged.</summary>
    private static (DateTimeOffset? Since, string? Page) Next(SeenPage seen, DateTimeOffset? since, string? page)
    {
        var last = seen.Items.Max(i => i.ChangedAt)?.ToUniversalTime(); // the database takes no other offset
        return last > (since ?? DateTimeOffset.UnixEpoch) ? (last, null) : (since, seen.NextPage ?? page);
    }

    private async Task AfterFailureAsync(SweepTurn turn, SellerSession? session, MarketplaceException e, CancellationToken cancellationToken)
    {
        if (e.Kind == FailureKind.RateLimited)
        {
            await pacer.BlockAsync(turn.Shop, CallKind.LookUp, e.RetryAfter ?? TimeSpan.FromSeconds(2), cancellationToken);
        }
        else if (e.Kind == FailureKind.Unauthorized && session is not null
                 && await sessions.RefreshAsync(turn.Shop, session.AccessToken, cancellationToken) == TokenRenewal.Refused)
        {
            await accounts.RecordReauthAsync(turn.Shop.Id, e.PlatformCode, cancellationToken);
        }
        else if (e.Kind == FailureKind.Rejected && refusals.IsAboutTheShop(turn.Shop.Key, e.PlatformCode))
        {
            await accounts.CheckSoonAsync(turn.Shop.Id, cancellationToken);
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "Shop {AccountId}: reading it whole broke off; it goes on where it was")]
    private static partial void LogSweepFailed(ILogger log, Exception exception, long accountId);
}
