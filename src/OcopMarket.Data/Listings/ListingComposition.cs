using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Listings;

/// <summary>Which products must be composed again, what they consist of, and the wishes that came out. One page is one transaction; any number
/// of pages may be under way at once, in one process or several, also of the same products.</summary>
public sealed class ListingComposition(NpgsqlDataSource dataSource, ListingReconciler reconciler, MassChangeGuard guard)
{
    /// <summary>Products that changed since their listings were composed. In the order of their ids.</summary>
    /// <param name="after">The last one that was looked at; 0 at first.</param>
    /// <param name="byDay">Also those not yet composed on this Vietnamese day: a certificate or a sale may begin or end with it. Looks at every
    /// product there is.</param>
    public async Task<IReadOnlyList<DueProduct>> DueAsync(
        DateOnly today, bool byDay, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DueProduct>(new CommandDefinition(
            byDay ? CompositionSql.Due : CompositionSql.Changed, new { today, after, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Products that people edited in the portal and that are still to be composed.</summary>
    public async Task<IReadOnlyList<DueProduct>> EditedAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DueProduct>(new CommandDefinition(
            CompositionSql.Edited, new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>After these were composed. What was edited once more meanwhile keeps its turn.</summary>
    public async Task FollowedAsync(IReadOnlyList<DueProduct> done, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            CompositionSql.Followed, new { products = done.Select(d => d.Id).ToArray(), revisions = done.Select(d => d.Revision).ToArray() },
            cancellationToken: cancellationToken));
    }

    /// <summary>Read after <see cref="DueAsync"/>: a change in between is composed again by the next pass, because the revision is older.</summary>
    /// <param name="ownShops">Marketplaces on which a product is offered only where its producer has a shop.</param>
    public async Task<CataloguePage> LoadAsync(
        IReadOnlyList<DueProduct> due, DateOnly today, string[] ownShops, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await LoadAsync(connection, null, due, today, ownShops, cancellationToken);
    }

    /// <summary>The same within somebody's transaction: of what it may see.</summary>
    internal static async Task<CataloguePage> LoadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyList<DueProduct> due, DateOnly today, string[] ownShops,
        CancellationToken cancellationToken)
    {
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            CompositionSql.Load, new { products = due.Select(d => d.Id).ToArray(), today, ownShops }, transaction, cancellationToken: cancellationToken));
        var items = (await results.ReadAsync<CatalogueItem>()).AsList();
        var certifications = (await results.ReadAsync<CertificationRow>()).ToLookup(c => c.ProductId, c => c.ToCertification());
        var images = (await results.ReadAsync<ImageRow>()).ToLookup(i => i.ProductId, i => i.ToImage());
        var stored = new StoredListings(await results.ReadAsync<StoredListing>(), await results.ReadAsync<ComposedIssue>());
        return new(
            due, today,
            [.. items.Select(i => i with { Certifications = [.. certifications[i.ProductId]], Images = [.. images[i.ProductId]] })], stored,
            [.. await results.ReadAsync<(long, string)>()], [.. await results.ReadAsync<(long, string)>()]);
    }

    /// <summary>Writes the wishes of a page's products, opens the tasks they need and remembers what they were composed from. Products of which
    /// nothing differs cost one statement together.</summary>
    /// <returns>Listings whose wish changed.</returns>
    public async Task<int> ApplyAsync(CataloguePage page, IReadOnlyList<ComposedListing> composed, CancellationToken cancellationToken)
    {
        var settled = page.Stored.Settled(page.Products, composed);
        var open = page.Products.Where(p => !settled.Contains(p.Id)).ToList();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (settled.Count > 0)
        {
            var same = page.Products.Where(p => settled.Contains(p.Id)).ToList();
            await connection.ExecuteAsync(new CommandDefinition(CompositionSql.Unchanged, new
            {
                page.Today,
                products = same.Select(p => p.Id).ToArray(),
                revisions = same.Select(p => p.Revision).ToArray(),
                days = same.Select(p => p.ComposedOn!.Value).ToArray(),
            }, cancellationToken: cancellationToken));
        }

        return open.Count == 0
            ? 0
            : await WriteAsync(
                connection, open, page.Today, [.. composed.Where(c => !settled.Contains(c.Item.ProductId))],
                Places(composed.Where(c => page.Stored.Of(c) is null)), cancellationToken);
    }

    private async Task<int> WriteAsync(
        NpgsqlConnection connection, List<DueProduct> products, DateOnly today, List<ComposedListing> composed,
        HashSet<(long Producer, string Marketplace)> places, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (ours, stored, shops) = await LockAsync(transaction, products, today, places, cancellationToken);
        products.RemoveAll(p => !ours.Contains(p.Id));
        composed.RemoveAll(c => !ours.Contains(c.Item.ProductId));
        var ids = stored.All.Where(l => ours.Contains(l.ProductId)).Select(l => l.Id).Order().ToArray();
        var changed = await ChangeAsync(transaction, composed, stored, cancellationToken);
        var added = await AddAsync(
            transaction, [.. composed.Where(c => !c.Item.Gone && stored.Of(c) is null)], shops, today, cancellationToken);
        var findings = composed.Where(c => stored.Of(c) is not null)
            .ToDictionary(c => stored.Of(c)!.Id, c => c.Item.Gone ? [] : c.Findings);
        var issues = new StatementBatch(transaction).SyncIssues(
            "composed", [.. ids.Select(id => new ListingFindings(id, findings.GetValueOrDefault(id) ?? []))]);
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken, issues, added, last => last.Add(CompositionSql.Composed, new
        {
            products = products.Select(p => p.Id).ToArray(),
            revisions = products.Select(p => p.Revision).ToArray(),
            today,
        }));
        await transaction.CommitAsync(cancellationToken);
        return added.Count + changed;
    }

    /// <summary>Locks the products, their listings and the shops that new listings get, and looks again: one round trip. A product that another
    /// planner has composed meanwhile from the same or newer facts is his: writing ours over it would bring old content back.</summary>
    private static async Task<(HashSet<long> Ours, StoredListings Stored, List<ShopPick> Shops)> LockAsync(
        NpgsqlTransaction transaction, List<DueProduct> due, DateOnly today, HashSet<(long Producer, string Marketplace)> places,
        CancellationToken cancellationToken)
    {
        var products = due.Select(p => p.Id).ToArray();
        var batch = new StatementBatch(transaction)
            .Add(CompositionSql.LockProducts, new { products }).Add(CompositionSql.LockListings, new { products })
            .Add(CompositionSql.Stored, new { products, today })
            .Add(CompositionSql.PickShops, new
            {
                producers = places.Select(p => p.Producer).ToArray(),
                marketplaces = places.Select(p => p.Marketplace).ToArray(),
            });
        await using var read = await batch.ReadAsync(cancellationToken);
        var locked = (await read.NextAsync<LockedProduct>(cancellationToken)).ToDictionary(p => p.Id);
        await read.NextAsync<long>(cancellationToken);
        var stored = new StoredListings(await read.NextAsync<StoredListing>(cancellationToken), []);
        var shops = await read.NextAsync<ShopPick>(cancellationToken);
        var ours = due.Where(p => locked[p.Id] is var l && l.PlannedRevision <= p.Revision
            && !(l.PlannedRevision == p.Revision && l.ComposedOn == today));
        return ([.. ours.Select(p => p.Id)], stored, shops);
    }

    /// <summary>What differs of listings that there are. The guard looks at all that changes, and at what it holds already.</summary>
    private async Task<int> ChangeAsync(
        NpgsqlTransaction transaction, List<ComposedListing> composed, StoredListings stored, CancellationToken cancellationToken)
    {
        var pairs = composed.Where(c => stored.Of(c) is not null).Select(c => (Composed: c, Stored: stored.Of(c)!)).ToList();
        var given = pairs.Where(p => p.Stored.ShopId is not null).Select(p => p.Stored).ToList();
        if (given.Count > 0)
        {
            await new StatementBatch(transaction).Add(CompositionSql.GiveShop, new
            {
                ids = given.Select(g => g.Id).ToArray(),
                shops = given.Select(g => g.ShopId!.Value).ToArray(),
            }).ExecuteAsync(cancellationToken);
        }

        var touched = pairs.Where(p => p.Stored.IsHeld || p.Stored.Differs(p.Composed)).OrderBy(p => p.Stored.Id).ToList();
        if (touched.Count == 0)
        {
            return 0;
        }

        var columns = new
        {
            ids = touched.Select(t => t.Stored.Id).ToArray(),
            desires = touched.Select(t => Words.Of(t.Composed.Item.Gone ? Desired.Gone : Desired.OnSale)).ToArray(),
            contents = NewListingWriter.Contents(touched.Select(t => t.Composed)),
            hashes = touched.Select(t => t.Composed.ContentHash).ToArray(),
            prices = touched.Select(t => t.Composed.Draft.PriceVnd).ToArray(),
            sales = touched.Select(t => t.Composed.Draft.SalePriceVnd).ToArray(),
            stocks = touched.Select(t => t.Composed.Draft.StockUnits).ToArray(),
        };
        // A season that a person ended is no mistake of a list: the guard looks at what lists say of the stock.
        var listed = touched.Exists(t => t.Composed.Item.OutOfSeason) ? columns with { stocks = [.. touched.Select(t => t.Composed.Item.StockUnits)] } : columns;
        var look = await guard.LookAsync(transaction, listed, cancellationToken);
        var changed = await transaction.Connection!.ExecuteScalarAsync<int>(
            new CommandDefinition(CompositionSql.Change, columns, transaction, cancellationToken: cancellationToken));
        await MassChangeGuard.WithdrawAsync(
            transaction, [.. touched.Where(t => t.Stored.IsHeld).Select(t => t.Stored.Id)], look, cancellationToken);
        return changed;
    }

    private static async Task<IReadOnlyList<NewListing>> AddAsync(
        NpgsqlTransaction transaction, List<ComposedListing> absent, List<ShopPick> picks, DateOnly today, CancellationToken cancellationToken)
    {
        if (absent.Count == 0)
        {
            return [];
        }

        await using var read = await new StatementBatch(transaction)
            .Add(CompositionSql.Shops, new
            {
                producers = picks.Select(p => p.ProducerId).ToArray(),
                accounts = picks.Select(p => p.Id).ToArray(),
                today,
            })
            .Add(CompositionSql.NewIds, new { count = absent.Count })
            .ReadAsync(cancellationToken);
        var shops = (await read.NextAsync<ShopStanding>(cancellationToken)).ToDictionary(s => (s.ProducerId, s.Marketplace));
        var ids = await read.NextAsync<long>(cancellationToken);
        return
        [
            .. absent.OrderBy(a => a.Item.VariantId).ThenBy(a => a.Marketplace.Value, StringComparer.Ordinal)
                .Zip(ids, (a, id) => new NewListing(id, a, shops.GetValueOrDefault((a.Item.ProducerId, a.Marketplace.Value)))),
        ];
    }

    private static HashSet<(long Producer, string Marketplace)> Places(IEnumerable<ComposedListing> absent) =>
        [.. absent.Where(c => !c.Item.Gone).Select(c => (c.Item.ProducerId, c.Marketplace.Value))];

    private sealed record ShopPick(long ProducerId, string Marketplace, long Id);
}
