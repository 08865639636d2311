using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sync;

/// <summary>Doubtful creates: what became of them is asked, never guessed.</summary>
public sealed partial class ShopRun
{
    /// <returns>False: the lease is lost.</returns>
    private async Task<bool> LookUpAsync(SellerSession session, TaskWork[] batch, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Call(services.Log, CallKind.LookUp, batch.Select(w => w.ListingId), batch.Select(w => w.TaskId));
        var wait = await services.Pacer.TakeAsync(shop, CallKind.LookUp, _patience, cancellationToken);
        if (wait > TimeSpan.Zero)
        {
            Hold(wait, "rate_limit");
            return true;
        }

        try
        {
            if (!await services.Queue.RenewAsync(lease, cancellationToken))
            {
                LogLeaseLost(services.Log, shop.Id, lease.Fence);
                return false;
            }

            var at = await services.Reads.ClockAsync(cancellationToken);
            var found = (await services.Calls.RunAsync(
                    shop.Marketplace, CallKind.LookUp, () => _adapter.LookUpAsync(session, [.. batch.Select(w => w.SellerSku)], cancellationToken)))
                .Where(i => i.Status != SeenStatus.Removed).ToLookup(i => i.SellerSku, StringComparer.Ordinal);
            _answered = true;
            await services.Circuits.ReportAsync(shop.Marketplace, null, CancellationToken.None);
            var answers = batch.Select(w => Answer(w, found[w.SellerSku])).ToList();
            KillPoint.Reach(KillPoint.BeforeResolve);
            services.Calls.Meter.Ended(
                shop.Marketplace, "create", "adopted", await services.Queue.ResolveAsync(lease, answers, CancellationToken.None));
            await services.Observation.RecordAsync(
                [.. answers.Where(a => a.Found is not null)
                    .Select(a => new Sighting(a.Work.ListingId, a.Found!, services.Refusals.OfSeen(shop.Key, a.Found!)))],
                KnownBy.Api, at, CancellationToken.None);
        }
        catch (MarketplaceException e)
        {
            LogCallFailed(services.Log, e, shop.Id, "look_up");
            _answered = e.Kind != FailureKind.Transient;
            await services.Circuits.ReportAsync(
                shop.Marketplace, e.Kind == FailureKind.Transient ? e.PlatformCode : null, CancellationToken.None);
            await services.Queue.PostponeAsync(batch, e.RetryAfter ?? Wait(batch), CancellationToken.None);
            await AfterFailureAsync(session, e, CallKind.LookUp, batch, CancellationToken.None);
        }

        return true;
    }

    /// <summary>The item that is known already, else the first; created again at once only when it was not looked for before.</summary>
    private LookUpAnswer Answer(TaskWork work, IEnumerable<SeenItem> items)
    {
        var found = items.DistinctBy(i => i.ExternalId).OrderBy(i => i.ExternalId != work.ExternalId)
            .ThenBy(i => i.ExternalId, StringComparer.Ordinal).ToList();
        return new(
            work, found.FirstOrDefault(), [.. found.Skip(1).Select(i => i.ExternalId)],
            found.Count > 0 || work.Failures <= 1 ? TimeSpan.Zero : Wait([work]));
    }
}
