using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sync;

/// <param name="PublicUrl">Where platforms may fetch our pictures: scheme, host and port of the web role.</param>
public sealed record MediaAddress(Uri PublicUrl);

/// <summary>Gets the pictures of a batch to where the platform wants them: uploaded once per shop, or named by our address.</summary>
public sealed class ShopMedia(MediaUploads uploads, MarketplaceRegistry marketplaces, CallPacer pacer, MediaAddress address, CallWatch calls)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <returns>The same drafts with media ids or addresses; null when the rate limit asks to wait first.</returns>
    public async Task<IReadOnlyList<ListingDraft>?> PrepareAsync(
        ShopRow shop, SellerSession session, IReadOnlyList<ListingDraft> drafts, CancellationToken cancellationToken)
    {
        var can = marketplaces.Adapter(shop.Key).Capabilities;
        var scope = shop.ExternalId!;
        var wanted = drafts.SelectMany(d => d.Images).Select(i => i.Sha256).Distinct(StringComparer.Ordinal).ToArray();
        if (marketplaces.Ability<IMediaUploader>(shop.Key) is not { } uploader || !can.UploadsMedia)
        {
            var numbered = can.NumbersPictures ? await uploads.KnownAsync(shop.Marketplace, scope, wanted, cancellationToken) : [];
            return [.. drafts.Select(d => WithAddresses(d, numbered))];
        }

        var known = await uploads.KnownAsync(shop.Marketplace, scope, wanted, cancellationToken);
        foreach (var sha in wanted.Where(w => !known.ContainsKey(w)))
        {
            if (await pacer.TakeAsync(shop, CallKind.Media, _patience, cancellationToken) > TimeSpan.Zero)
            {
                return null;
            }

            var file = await uploads.FileAsync(sha, cancellationToken);
            var uploaded = await calls.RunAsync(
                shop.Marketplace, CallKind.Media, () => uploader.UploadAsync(session, file, cancellationToken));
            await uploads.SaveAsync(shop.Marketplace, scope, sha, uploaded, cancellationToken);
            known[sha] = uploaded.MediaId;
        }

        return [.. drafts.Select(d => d with { Images = [.. d.Images.Select(i => i with { MediaId = known[i.Sha256] })] })];
    }

    /// <summary>What an answer says of pictures: the ids that they have there from now on, or that one is gone there.</summary>
    public async Task LearnAsync(ShopRow shop, IReadOnlyList<ChangeOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Any(o => o.PicturesLost))
        {
            await uploads.ForgetAsync(shop.Marketplace, shop.ExternalId!, cancellationToken);
        }

        var numbered = outcomes.SelectMany(o => o.Pictures).DistinctBy(p => p.Key).ToList();
        if (numbered.Count > 0)
        {
            await uploads.SaveAllAsync(shop.Marketplace, shop.ExternalId!, numbered, cancellationToken);
        }
    }

    private ListingDraft WithAddresses(ListingDraft draft, Dictionary<string, string> numbered) => draft with
    {
        Images =
        [
            .. draft.Images.Select(i => i with
            {
                Url = new Uri(address.PublicUrl, $"/media/{i.Sha256}.jpg").ToString(),
                MediaId = numbered.GetValueOrDefault(i.Sha256),
            }),
        ],
    };
}
