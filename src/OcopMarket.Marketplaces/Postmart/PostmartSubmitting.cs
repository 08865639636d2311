using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>A batch of one kind as one call, and its answer as one outcome per change.</summary>
internal sealed class PostmartSubmitting(PostmartClient client, IMapper mapper, MarketplaceProfile profile, TimeProvider time)
{
    public async Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, MarketplaceCapabilities capabilities, CancellationToken cancellationToken)
    {
        Batches.Check(profile.Key, changes, capabilities);
        var outcomes = changes.Select(c => Batches.Unsendable(c, profile, i => i.MediaId)).ToArray();
        var sent = Enumerable.Range(0, changes.Count).Where(i => outcomes[i] is null).ToList();
        if (sent.Count > 0)
        {
            var answers = await SendAsync(shop, [.. sent.Select(i => changes[i])], cancellationToken);
            for (var n = 0; n < sent.Count; n++)
            {
                outcomes[sent[n]] = answers[n];
            }
        }

        return [.. outcomes.Select(o => o!)];
    }

    private async Task<IReadOnlyList<ChangeOutcome>> SendAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.WriteAsync<PostmartBatchAnswer>(Request(shop, changes), shop.AccessToken, cancellationToken);
            return [.. changes.Select((change, place) => Outcome(change, ItemOf(answer, change, place), shop.AccessToken))];
        }
        catch (FateUnknownException e)
        {
            return [.. changes.Select(c => ChangeOutcome.Failed(FailureKind.Ambiguous, e.Code, e.Detail) with { ExternalId = c.ExternalId })];
        }
    }

    private RestRequest Request(SellerSession shop, IReadOnlyList<ListingChange> changes) => changes[0].Kind switch
    {
        ChangeKind.Create => PostmartClient.Json("/products", Method.Post, Items(shop, changes)),
        ChangeKind.UpdateContent => PostmartClient.Json("/products", Method.Put, Items(shop, changes)),
        ChangeKind.SetPrice => PostmartClient.Json(
            "/products/price-stock", Method.Post, Batch(shop, changes, c => mapper.Map<PostmartPrice>(c.Product))),
        ChangeKind.SetStock => PostmartClient.Json(
            "/products/price-stock", Method.Post, Batch(shop, changes, c => mapper.Map<PostmartStock>(c.Product))),
        ChangeKind.Hide => Act(shop, changes, "HIDE"),
        ChangeKind.Show => Act(shop, changes, "SHOW"),
        ChangeKind.Delete => Act(shop, changes, "DELETE"),
        var kind => throw new ArgumentOutOfRangeException(nameof(changes), kind, "Postmart takes no such change."),
    };

    private PostmartBatch<PostmartItem> Items(SellerSession shop, IReadOnlyList<ListingChange> changes) =>
        Batch(shop, changes, c => mapper.Map<PostmartItem>(new PostmartSource(c.Product, profile)));

    private static RestRequest Act(SellerSession shop, IReadOnlyList<ListingChange> changes, string action) =>
        PostmartClient.Json("/products/status", Method.Post, Batch(shop, changes, c => new PostmartAction(c.Product.SellerSku, action)));

    private static PostmartBatch<TItem> Batch<TItem>(
        SellerSession shop, IReadOnlyList<ListingChange> changes, Func<ListingChange, TItem> item) =>
        new(shop.ExternalShopId, [.. changes.Select(item)]);

    /// <summary>By place, which is documented, and only where the code agrees; else by code, when it stands there once.</summary>
    private static PostmartItemAnswer? ItemOf(PostmartBatchAnswer answer, ListingChange change, int place)
    {
        var items = answer.Items ?? [];
        var atPlace = items.ElementAtOrDefault(place);
        if (atPlace?.ItemCode == change.Product.SellerSku)
        {
            return atPlace;
        }

        var byCode = items.Where(i => i?.ItemCode == change.Product.SellerSku).Take(2).ToList();
        return byCode.Count == 1 ? byCode[0] : null;
    }

    private ChangeOutcome Outcome(ListingChange change, PostmartItemAnswer? item, Secret token)
    {
        var id = item?.ProductId ?? change.ExternalId;
        if (item?.Success is null || (item.Success == true && id is null))
        {
            return ChangeOutcome.Failed(FailureKind.Ambiguous, "unreadable", "The answer says nothing of this item.") with { ExternalId = id };
        }

        SeenStatus? status = item.Status is null ? null : PostmartStatus.ToCanonical(item.Status);
        if (item.Success == true)
        {
            return ChangeOutcome.Accepted(id, status, item.Status);
        }

        if (change.Kind == ChangeKind.Delete && item.ErrorCode == PostmartErrors.ItemNotFound)
        {
            return ChangeOutcome.Accepted(id, SeenStatus.Removed, item.ErrorCode);
        }

        var kind = PostmartErrors.KindOf(item.ErrorCode);
        return ChangeOutcome.Failed(kind, item.ErrorCode ?? "unknown", Details.Of(item.Message, token), PostmartErrors.FieldOf(item.Field)) with
        {
            ExternalId = id,
            Status = status,
            StatusRaw = item.Status,
            SkuTaken = item.ErrorCode == PostmartErrors.ItemCodeExisted,
            RetryAfter = item.ErrorCode == PostmartErrors.LimitExceeded ? PostmartClock.UntilMidnight(time.GetUtcNow()) : null,
        };
    }
}
