using System.Collections.Concurrent;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>How a shop delivers: an item must name at least one of its shop's channels. Kept in memory for an hour, and forgotten when the platform
/// refuses one.</summary>
internal sealed class ShopeeShopChannels(ShopeeClient client, TimeProvider time)
{
    public const string Fact = "logistics_channels";
    private static readonly TimeSpan _stay = TimeSpan.FromHours(1);

    /// <summary>The other kinds want a size or a fee for each item, which nobody has entered here.</summary>
    private static readonly string[] _feeTypes = ["SIZE_INPUT", "FIXED_DEFAULT_PRICE"];

    private readonly ConcurrentDictionary<string, (IReadOnlyList<ShopeeChannel> Channels, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Missing(SellerSession shop) => Known(shop) is null ? [Fact] : [];

    public async Task LearnAsync(SellerSession shop, CancellationToken cancellationToken)
    {
        var answer = await client.ReadAsync<ShopeeChannels>(shop, "/api/v2/logistics/get_channel_list", [], cancellationToken);
        IReadOnlyList<ShopeeChannel> usable = [.. (answer.LogisticsChannelList ?? []).Where(IsUsable)];
        _known[shop.ExternalShopId] = (usable, time.GetUtcNow() + _stay);
    }

    public void Forget(SellerSession shop) => _known.TryRemove(shop.ExternalShopId, out _);

    /// <returns>Null: not known yet. Empty: the shop has none that takes such a weight.</returns>
    public IReadOnlyList<ShopeeLogistic>? For(SellerSession shop, decimal kilograms) => Known(shop) is { } channels
        ? [.. channels.Where(c => Takes(c.WeightLimit, kilograms)).Select(c => new ShopeeLogistic(c.LogisticsChannelId!.Value, Enabled: true))]
        : null;

    private IReadOnlyList<ShopeeChannel>? Known(SellerSession shop) =>
        _known.TryGetValue(shop.ExternalShopId, out var known) && known.Until > time.GetUtcNow() ? known.Channels : null;

    /// <summary>A channel behind a mask is reached through it.</summary>
    private static bool IsUsable(ShopeeChannel? channel) =>
        channel is { LogisticsChannelId: not null, Enabled: true, MaskChannelId: null or 0 } && (channel.FeeType is null || _feeTypes.Contains(channel.FeeType));

    private static bool Takes(ShopeeWeightLimit? limit, decimal kilograms) =>
        !(limit?.ItemMaxWeight > 0 && kilograms > limit.ItemMaxWeight) && !(limit?.ItemMinWeight > 0 && kilograms < limit.ItemMinWeight);
}
