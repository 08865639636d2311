using System.Text.Json;
using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;
using OcopMarket.Marketplaces.Http;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sync;

/// <summary>What one leased shop needs to be worked on.</summary>
public sealed record ShopRunServices(
    TaskQueue Queue, AccountStore Accounts, SellerSessions Sessions, MarketplaceRegistry Marketplaces, CallSlots Slots, CallPacer Pacer,
    ShopMedia Media, ShopCategories Categories, Refusals Refusals, ListingObservation Observation, StatusReads Reads, Circuits Circuits, MassChangeGuard Guard,
    CallWatch Calls, TimeProvider Time, ILogger<ShopRun> Log);

/// <summary>One turn of one shop, under its lease: doubtful creates are looked up first, then changes go out lane by lane, one call a batch.
/// The only place that submits.</summary>
public sealed partial class ShopRun(ShopRunServices services, ShopRow shop, QueueLease lease)
{
    private const int WorkLimit = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>After that no further call of this turn begins: a stock that changes while creates go out waits neither for the end of the
    /// list nor, in another shop, for a place.</summary>
    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(1);

    /// <summary>A queue that came round with nothing to send for it, as that of a shop out of use whose tasks do not rest yet, does not come
    /// round again at once.</summary>
    private static readonly TimeSpan _idlePause = TimeSpan.FromSeconds(1);
    private readonly long _begun = services.Time.GetTimestamp();
    private readonly IMarketplaceAdapter _adapter = services.Marketplaces.Adapter(shop.Key);
    private readonly MarketplaceProfile _profile = services.Marketplaces.Profile(shop.Key);
    private TimeSpan _hold = TimeSpan.Zero;
    private string? _holdReason;
    private bool _refreshed;
    private bool? _answered;

    /// <summary>Works until nothing is due, a limit asks to wait, the turn is over or the lease is lost; then gives the queue back.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (lease.Abandoned)
        {
            var lanes = await services.Queue.RecoverAsync(lease, _adapter.Capabilities.SettlingTime, CancellationToken.None);
            services.Calls.Meter.Crashed(shop.Marketplace, lanes);
        }

        var kept = true;
        for (var round = 0; round < 5 && kept && _hold == TimeSpan.Zero && !IsOver && !cancellationToken.IsCancellationRequested; round++)
        {
            var work = await services.Queue.WorkAsync(shop.Id, WorkLimit, cancellationToken);
            if (work.Count == 0)
            {
                _hold = round == 0 && !lease.Abandoned ? _idlePause : TimeSpan.Zero;
                break;
            }

            kept = await WorkThroughAsync(work, cancellationToken);
        }

        if (kept)
        {
            await services.Queue.FinishAsync(lease, new TurnEnd(_hold, _holdReason, _answered), CancellationToken.None);
        }
    }

    private async Task<bool> WorkThroughAsync(IReadOnlyList<TaskWork> work, CancellationToken cancellationToken)
    {
        if (await SessionAsync(work, cancellationToken) is not { } session)
        {
            return true;
        }

        foreach (var batch in work.Where(w => w.Unknown).Chunk(_adapter.Capabilities.LookUpBatchSize))
        {
            if (_hold > TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                return true;
            }

            if (!await LookUpAsync(session, batch, cancellationToken))
            {
                return false;
            }
        }

        foreach (var batch in Batches(work.Where(w => !w.Unknown)))
        {
            if (_hold > TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                return true;
            }

            if (!await SubmitAsync(session, batch, cancellationToken))
            {
                return false;
            }

            if (_refreshed || IsOver)
            {
                return true; // the next round opens a session with the new token
            }
        }

        return true;
    }

    private bool IsOver => services.Time.GetElapsedTime(_begun) > _turn;

    private async Task<SellerSession?> SessionAsync(IReadOnlyList<TaskWork> work, CancellationToken cancellationToken)
    {
        try
        {
            _refreshed = false;
            if (await services.Sessions.OpenAsync(shop, cancellationToken) is { } session)
            {
                return session;
            }

            await services.Accounts.RecordReauthAsync(shop.Id, "token_ended", CancellationToken.None);
            Hold(TimeSpan.FromMinutes(1), "reauth");
        }
        catch (MarketplaceException e)
        {
            LogCallFailed(services.Log, e, shop.Id, "sign_in");
            _answered = false;
            Hold(e.RetryAfter ?? Wait(work), e.PlatformCode);
        }

        return null;
    }

    /// <summary>Batches of one kind, in the order of harm. A task that was in a call that crashed goes alone, and while no other call of its platform
    /// is in flight here: when many shops' calls crash together, each crash after that is the fault of one.</summary>
    private IEnumerable<TaskWork[]> Batches(IEnumerable<TaskWork> work)
    {
        foreach (var kind in work.GroupBy(w => w.Kind))
        {
            foreach (var suspect in kind.Where(w => w.Crashes > 0))
            {
                yield return [suspect];
            }

            foreach (var batch in kind.Where(w => w.Crashes == 0).Chunk(_adapter.Capabilities.BatchSize[kind.Key]))
            {
                yield return batch;
            }
        }
    }

    /// <returns>False: the lease is lost, nothing more may be written or sent.</returns>
    private async Task<bool> SubmitAsync(SellerSession session, TaskWork[] batch, CancellationToken cancellationToken)
    {
        var kind = batch[0].Kind;
        using var scope = WorkScope.Call(services.Log, CallOf(kind), batch.Select(w => w.ListingId), batch.Select(w => w.TaskId));
        if (kind == ChangeKind.Hide && await services.Guard.HoldStopsAsync(shop.Id, cancellationToken))
        {
            return true;
        }

        using var slot = await services.Slots.TakeAsync(_profile, cancellationToken);
        var suspect = batch.Any(w => w.Crashes > 0);
        if (suspect)
        {
            await slot.OpenAloneAsync(cancellationToken);
        }

        try
        {
            if (await PrepareAsync(session, batch, cancellationToken) is not { } changes)
            {
                return true;
            }

            var start = services.Time.GetTimestamp();
            var attempts = await services.Queue.BeginAsync(lease, batch, MayHide(kind), cancellationToken, inCompany: !suspect);
            if (attempts is null)
            {
                LogLeaseLost(services.Log, shop.Id, lease.Fence);
                return false;
            }

            var begun = batch.Zip(changes).Where(b => attempts.ContainsKey(b.First.TaskId)).ToList();
            if (begun.Count > 0)
            {
                if (!Sabotage.SendWindow)
                {
                    SendWindow.Open(services.Time, start, services.Queue.Lease);
                }

                KillPoint.Reach(KillPoint.AfterBegin);
                if (!suspect)
                {
                    await slot.OpenLineAsync(CancellationToken.None); // the intent is written: the call is made, or ended as too late
                }

                await CallAsync(session, begun, attempts, slot, cancellationToken);
            }
        }
        catch (MarketplaceException e)
        {
            // Before the call: a picture could not be uploaded. Nothing was submitted.
            LogCallFailed(services.Log, e, shop.Id, "prepare");
            await services.Queue.PostponeAsync(batch, e.RetryAfter ?? Wait(batch), CancellationToken.None);
            await AfterFailureAsync(session, e, CallKind.Media, batch, CancellationToken.None);
        }

        return true;
    }

    private async Task<IReadOnlyList<ListingChange>?> PrepareAsync(
        SellerSession session, TaskWork[] batch, CancellationToken cancellationToken)
    {
        var kind = batch[0].Kind;
        IReadOnlyList<ListingDraft>? drafts = [.. batch.Select(w => JsonSerializer.Deserialize<ListingDraft>(w.Content)!)];
        if (kind is ChangeKind.Create or ChangeKind.UpdateContent)
        {
            drafts = await services.Categories.PrepareAsync(shop, session, drafts, cancellationToken)
                ? await services.Media.PrepareAsync(shop, session, drafts, cancellationToken)
                : null;
            if (drafts is null)
            {
                Hold(TimeSpan.FromSeconds(1), "rate_limit");
                return null;
            }
        }

        // Last of all, so that the token is used when it is taken.
        var wait = await services.Pacer.TakeAsync(shop, CallOf(kind), _patience, cancellationToken);
        if (wait > TimeSpan.Zero)
        {
            Hold(wait, "rate_limit");
            return null;
        }

        return [.. batch.Zip(drafts, (w, d) => new ListingChange(
            kind, d.ToCanonical(), w.ExternalId, KeyOf(w)))];
    }

    private string KeyOf(TaskWork work) =>
        FormattableString.Invariant($"{work.ListingId}-{work.Lane}-{work.Revision}") + (shop.Epoch == 0 ? "" : FormattableString.Invariant($"-{shop.Epoch}"));

    private async Task CallAsync(
        SellerSession session, List<(TaskWork Work, ListingChange Change)> begun, IReadOnlyDictionary<long, long> attempts,
        CallSlot slot, CancellationToken cancellationToken)
    {
        var work = begun.Select(b => b.Work).ToArray();
        IReadOnlyList<ChangeOutcome> outcomes;
        MarketplaceException? failure = null;
        try
        {
            outcomes = await services.Calls.SubmitAsync(
                shop.Marketplace, CallOf(work[0].Kind), () => _adapter.SubmitAsync(session, [.. begun.Select(b => b.Change)], cancellationToken));
        }
        catch (MarketplaceException e)
        {
            failure = e;
            LogCallFailed(services.Log, e, shop.Id, work[0].Lane);
            outcomes = [.. work.Select(_ => WholeCall(e, work.Length))];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // We are being stopped with the call under way: it may have landed.
            outcomes = [.. work.Select(_ => ChangeOutcome.Failed(FailureKind.Ambiguous, "stopped", "The program was stopped during the call."))];
        }

        KillPoint.Reach(KillPoint.AfterCall);
        slot.Dispose();
        var ends = work.Zip(outcomes, (w, o) => End(w, attempts[w.TaskId], o)).ToList();
        services.Calls.Meter.Ended(
            shop.Marketplace, await services.Queue.EndAsync(lease, ends, MayHide(work[0].Kind), CancellationToken.None));
        KillPoint.Reach(KillPoint.AfterEnd);
        await services.Media.LearnAsync(shop, outcomes, CancellationToken.None);
        var answered = failure is { Kind: not (FailureKind.Transient or FailureKind.Ambiguous) };
        var unanswered = answered ? null : Unanswered(outcomes);
        _answered = unanswered is null;
        await services.Circuits.ReportAsync(shop.Marketplace, unanswered, CancellationToken.None);
        if (_answered == false)
        {
            Hold(Wait(work), unanswered!); // the shop's own circuit: one that never answers does not use up places
        }

        if (failure is not null)
        {
            await AfterFailureAsync(session, failure, CallOf(work[0].Kind), work, CancellationToken.None);
            if (failure.Kind == FailureKind.Rejected && work.Length > 1 && !AboutShop(failure))
            {
                await OneByOneAsync(session, work, cancellationToken);
            }
        }
    }

    /// <summary>A batch was refused as a whole and may hold one bad item: each goes alone, so that one cannot stop the others.</summary>
    private async Task OneByOneAsync(SellerSession session, TaskWork[] work, CancellationToken cancellationToken)
    {
        foreach (var item in work)
        {
            if (_hold > TimeSpan.Zero || cancellationToken.IsCancellationRequested || !await SubmitAsync(session, [item], cancellationToken))
            {
                return;
            }
        }
    }

    private async Task AfterFailureAsync(
        SellerSession session, MarketplaceException e, CallKind call, IReadOnlyList<TaskWork> work, CancellationToken cancellationToken)
    {
        switch (e.Kind)
        {
            case FailureKind.Unauthorized:
                _refreshed = true;
                await RenewAsync(session, e, work, cancellationToken);
                break;
            case FailureKind.RateLimited:
                var wait = e.RetryAfter ?? Wait(work);
                await services.Pacer.BlockAsync(shop, call, wait, cancellationToken);
                Hold(wait, e.PlatformCode);
                break;
            case FailureKind.Rejected:
                if (AboutShop(e))
                {
                    await services.Accounts.CheckSoonAsync(shop.Id, cancellationToken);
                    Hold(TimeSpan.FromSeconds(5), e.PlatformCode);
                }

                break;
            case FailureKind.Misconfigured:
                Hold(TimeSpan.FromMinutes(10), e.PlatformCode);
                break;
            case FailureKind.Transient:
            case FailureKind.Ambiguous:
                Hold(Wait(work), e.PlatformCode);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(e), e.Kind, null);
        }
    }

    private async Task RenewAsync(
        SellerSession session, MarketplaceException e, IReadOnlyList<TaskWork> work, CancellationToken cancellationToken)
    {
        switch (await services.Sessions.RefreshAsync(shop, session.AccessToken, cancellationToken))
        {
            case TokenRenewal.Refused:
                await services.Accounts.RecordReauthAsync(shop.Id, e.PlatformCode, cancellationToken);
                Hold(TimeSpan.FromMinutes(1), "reauth");
                break;
            case TokenRenewal.Later:
                Hold(Wait(work), e.PlatformCode);
                break;
            case TokenRenewal.Renewed:
            default:
                break;
        }
    }

    private void Hold(TimeSpan wait, string reason)
    {
        _hold = wait > _hold ? wait : _hold;
        _holdReason = reason;
    }

    /// <summary>The longer neither these tasks nor any of the shop got through, the longer.</summary>
    private TimeSpan Wait(IReadOnlyList<TaskWork> work) =>
        Backoff.After(Math.Max(work.Max(w => w.Failures), lease.Failures - 1), Random.Shared.NextDouble());

    private bool MayHide(ChangeKind kind) =>
        kind is ChangeKind.Create or ChangeKind.Hide or ChangeKind.Delete
        || (kind == ChangeKind.UpdateContent && !_adapter.Capabilities.EditsStayOnSale);

    private static CallKind CallOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Create => CallKind.Create,
        ChangeKind.UpdateContent => CallKind.Update,
        ChangeKind.SetPrice or ChangeKind.SetStock => CallKind.PriceStock,
        ChangeKind.Hide or ChangeKind.Show or ChangeKind.Delete => CallKind.Visibility,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    [LoggerMessage(1101, LogLevel.Warning, "Shop {AccountId}: call for {Call} failed")]
    private static partial void LogCallFailed(ILogger log, Exception exception, long accountId, string call);

    [LoggerMessage(1102, LogLevel.Warning, "Shop {AccountId}: lease {Fence} is lost, nothing more is sent")]
    private static partial void LogLeaseLost(ILogger log, long accountId, long fence);
}
