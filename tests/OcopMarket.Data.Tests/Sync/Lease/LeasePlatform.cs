using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync.Lease;

/// <summary>The platform of the model: it takes every create, has no unique seller's codes, and a create may land late.</summary>
internal sealed class LeasePlatform
{
    private readonly Dictionary<long, List<Revisions>> _items = [];
    private readonly List<TaskWork> _onTheWay = [];
    private readonly HashSet<long> _doubtful = [];

    public IReadOnlyList<Revisions> Of(long listing) => _items.GetValueOrDefault(listing) ?? [];

    public SeenItem? Find(long listing)
    {
        _doubtful.Remove(listing);
        return Of(listing).Count > 0 ? LedgerFixture.Item(listing, SeenStatus.Live) : null;
    }

    /// <summary>A request leaves a worker.</summary>
    public void Send(TaskWork work, LeaseFate fate)
    {
        var isCreate = work.Kind == ChangeKind.Create;
        LeaseModelException.ThrowIf(
            isCreate && _doubtful.Contains(work.ListingId), $"A second create of {work.ListingId} was sent and nobody had looked for the first.");
        if (fate == LeaseFate.Refused)
        {
            return;
        }

        if (isCreate)
        {
            _doubtful.Add(work.ListingId);
        }

        // A late change of an item that exists lands before the answer is given up: the model asks only of creates what comes after that.
        if (fate == LeaseFate.Late && isCreate)
        {
            _onTheWay.Add(work);
        }
        else if (fate != LeaseFate.Lost)
        {
            Land(work);
        }
    }

    public void Settle()
    {
        _onTheWay.ForEach(Land);
        _onTheWay.Clear();
    }

    private void Land(TaskWork work)
    {
        if (work.Kind == ChangeKind.Create)
        {
            var items = _items.TryGetValue(work.ListingId, out var known) ? known : _items[work.ListingId] = [];
            items.Add(new(work.ContentRevision, work.PriceRevision, work.StockRevision, work.VisibilityRevision, false));
            LeaseModelException.ThrowIf(items.Count > 1, $"The platform has {items.Count} items of listing {work.ListingId}.");
            return;
        }

        LeaseModelException.ThrowIf(Of(work.ListingId).Count == 0, $"{work.Kind} was sent for {work.ListingId}, which the platform never had.");
        var item = _items[work.ListingId][0];
        _items[work.ListingId][0] = work.Kind switch
        {
            ChangeKind.UpdateContent => item with { Content = work.ContentRevision },
            ChangeKind.SetPrice => item with { Price = work.PriceRevision },
            ChangeKind.SetStock => item with { Stock = work.StockRevision },
            ChangeKind.Hide => item with { Visibility = work.VisibilityRevision, Hidden = true },
            ChangeKind.Show => item with { Visibility = work.VisibilityRevision, Hidden = false },
            _ => throw new ArgumentOutOfRangeException(nameof(work), work.Kind, null),
        };
    }
}

/// <summary>What becomes of a request.</summary>
internal enum LeaseFate { Landed, AnswerLost, Lost, Late, Refused }

/// <summary>What an item of the platform carries, or what the ledger wants it to carry.</summary>
internal sealed record Revisions(long Content, long Price, long Stock, long Visibility, bool Hidden);

/// <summary>A promise of the lease protocol was broken.</summary>
internal sealed class LeaseModelException(string message) : Exception(message)
{
    public static void ThrowIf(bool broken, string message)
    {
        if (broken)
        {
            throw new LeaseModelException(message);
        }
    }
}
