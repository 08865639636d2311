using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>A shop's address with the key and secret that its owner made there: what is sealed as the access token, so that a key cannot be sent
/// to another host by changing a row.</summary>
internal sealed record WooCommerceShop(Uri Address, string Key, Secret Secret)
{
    private const string ApiFolder = "/wp-json";

    /// <summary>The shop's id: its address without scheme, <c>shop.example.vn</c> or <c>example.vn/cua-hang</c>.</summary>
    public string Id => IdOf(Address);

    public Secret Token => new($"{Address} {Key} {Secret.Reveal()}");

    /// <returns>Null: this is no token of ours.</returns>
    public static WooCommerceShop? Of(Secret token) =>
        token.Reveal().Split(' ') is [var address, { Length: > 0 } key, { Length: > 0 } secret] && Uri.TryCreate(address, UriKind.Absolute, out var url)
            ? new(url, key, new Secret(secret))
            : null;

    public static string IdOf(Uri address) => $"{address.Authority.ToLowerInvariant()}{address.AbsolutePath.TrimEnd('/')}";

    /// <summary>What an owner typed as an address that may be called.</summary>
    /// <param name="simulated">Where all shops are simulated on this machine.</param>
    /// <returns>Null: not https, not on its usual port, with a name and password, or not on the open internet.</returns>
    public static Uri? AddressOf(string? text, Uri? simulated)
    {
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Scheme is not ("https" or "http"))
        {
            return null;
        }

        var path = url.AbsolutePath;
        var api = path.IndexOf(ApiFolder, StringComparison.Ordinal);
        var clean = new UriBuilder(url) { Path = (api < 0 ? path : path[..api]).TrimEnd('/'), Query = "", Fragment = "" }.Uri;
        return IsCallable(clean, simulated) ? clean : null;
    }

    public static bool IsCallable(Uri address, Uri? simulated) => simulated is not null
        ? address.Authority == simulated.Authority && address.Scheme == simulated.Scheme
        : address is { Scheme: "https", IsDefaultPort: true } && PublicAddress.MayBe(address.IdnHost);
}
