using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Listings;

/// <summary>Which products must be composed again, what they consist of, and the wishes that came out. One page is one transaction.</summary>
public sealed class ListingComposition(NpgsqlDataSource dataSource, ListingReconciler reconciler, MassChangeGuard guard)
{
    /// <summary>Products that changed since their listings were composed, and those not yet composed on this Vietnamese day: a certificate
    /// or a sale may begin or end with it. In the order of their ids.</summary>
    /// <param name="after">The last one that was looked at; 0 at first.</param>
    public async Task<long[]> DueAsync(DateOnly today, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<long>(
            new CommandDefinition(CompositionSql.Due, new { today, after, limit }, cancellationToken: cancellationToken))];
    }

    public async Task<IReadOnlyDictionary<long, int>> RevisionsAsync(long[] products, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, int Revision)>(
            new CommandDefinition(CompositionSql.Revisions, new { products }, cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Id, r => r.Revision);
    }

    public async Task<IReadOnlyList<CatalogueItem>> LoadAsync(long[] products, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(
            new CommandDefinition(CompositionSql.Load, new { products }, cancellationToken: cancellationToken));
        var items = (await results.ReadAsync<CatalogueItem>()).ToList();
        var certifications = (await results.ReadAsync<CertificationRow>()).ToLookup(c => c.ProductId, c => c.ToCertification());
        var images = (await results.ReadAsync<ImageRow>()).ToLookup(i => i.ProductId, i => i.ToImage());
        return [.. items.Select(i => i with { Certifications = [.. certifications[i.ProductId]], Images = [.. images[i.ProductId]] })];
    }

    /// <summary>Writes the wishes of these products, opens the tasks they need and remembers what they were composed from.</summary>
    /// <param name="products">Product id and the revision that was read.</param>
    /// <returns>Listings whose wish changed.</returns>
    public async Task<int> ApplyAsync(
        IReadOnlyList<ComposedListing> composed, IReadOnlyDictionary<long, int> products, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = products.Keys.ToArray();
        await ExecuteAsync(transaction, CompositionSql.LockProducts, new { products = ids }, cancellationToken);
        var parameters = Columns(composed, ids);
        await ExecuteAsync(transaction, CompositionSql.LockListings, parameters, cancellationToken);
        await ExecuteAsync(transaction, CompositionSql.GiveShop, parameters, cancellationToken);
        var added = await ExecuteAsync(transaction, CompositionSql.Add, parameters, cancellationToken);
        var look = await guard.LookAsync(transaction, parameters, cancellationToken);
        var changed = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(CompositionSql.Change, parameters, transaction, cancellationToken: cancellationToken));
        await MassChangeGuard.WithdrawAsync(transaction, ids, look, cancellationToken);
        var listings = (await connection.QueryAsync<(long Id, long VariantId, string Marketplace)>(
            new CommandDefinition(CompositionSql.Listings, parameters, transaction, cancellationToken: cancellationToken))).ToList();
        await IssuesAsync(transaction, composed, listings, cancellationToken);
        await reconciler.ReconcileAsync(transaction, [.. listings.Select(l => l.Id)], cancellationToken);
        await ExecuteAsync(
            transaction, CompositionSql.Composed,
            new { products = ids, revisions = products.Values.ToArray(), today }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return added + changed;
    }

    private static object Columns(IReadOnlyList<ComposedListing> composed, long[] products) => new
    {
        products,
        variants = composed.Select(c => c.Item.VariantId).ToArray(),
        marketplaces = composed.Select(c => c.Marketplace.Value).ToArray(),
        skus = composed.Select(c => c.Draft.SellerSku).ToArray(),
        desires = composed.Select(c => Words.Of(c.Item.Gone ? Desired.Gone : Desired.OnSale)).ToArray(),
        contents = composed.Select(c => JsonSerializer.Serialize(c.Draft)).ToArray(),
        hashes = composed.Select(c => c.ContentHash).ToArray(),
        prices = composed.Select(c => c.Draft.PriceVnd).ToArray(),
        sales = composed.Select(c => c.Draft.SalePriceVnd).ToArray(),
        stocks = composed.Select(c => c.Draft.StockUnits).ToArray(),
    };

    private static Task IssuesAsync(
        NpgsqlTransaction transaction, IReadOnlyList<ComposedListing> composed,
        List<(long Id, long VariantId, string Marketplace)> listings, CancellationToken cancellationToken)
    {
        var findings = composed.ToDictionary(c => (c.Item.VariantId, c.Marketplace.Value), c => c.Item.Gone ? [] : c.Findings);
        return new StatementBatch(transaction).SyncIssues(
            "composed",
            [.. listings.Select(l => new ListingFindings(l.Id, findings.GetValueOrDefault((l.VariantId, l.Marketplace)) ?? []))])
            .ExecuteAsync(cancellationToken);
    }

    private static Task<int> ExecuteAsync(
        NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private sealed record CertificationRow
    {
        public long ProductId { get; init; }
        public string Kind { get; init; } = "";
        public int? Stars { get; init; }
        public string? DecisionNo { get; init; }
        public string? CertificateNo { get; init; }
        public DateOnly? IssuedOn { get; init; }
        public int? Year { get; init; }
        public DateOnly? ExpiresOn { get; init; }
        public DateOnly? WithdrawnOn { get; init; }

        public Certification ToCertification() => new()
        {
            Kind = Words.Parse<RecognitionKind>(Kind),
            Stars = Stars,
            DecisionNo = DecisionNo,
            CertificateNo = CertificateNo,
            IssuedOn = IssuedOn,
            Year = Year,
            ExpiresOn = ExpiresOn,
            WithdrawnOn = WithdrawnOn,
        };
    }

    private sealed record ImageRow
    {
        public long ProductId { get; init; }
        public string Sha256 { get; init; } = "";
        public string ContentType { get; init; } = "";
        public int Width { get; init; }
        public int Height { get; init; }
        public int Bytes { get; init; }

        public ListingImage ToImage() => new(Sha256, ContentType, Width, Height, Bytes);
    }
}
