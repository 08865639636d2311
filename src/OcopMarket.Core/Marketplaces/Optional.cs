using OcopMarket.Core.Sellers;

namespace OcopMarket.Core.Marketplaces;

/// <summary>What a check of a shop found, with the platform's own words as evidence.</summary>
public sealed record AccountCheck(
    AccountState State, string StateRaw, string? ShopName, string? Url, bool? IdentityVerified, int? ItemCount, PlatformReason? Problem);

/// <summary>Logs in and renews. Stores nothing.</summary>
public interface ISellerSignIn
{
    /// <summary>Exchanges a login for tokens. May take two calls where the platform's login has two steps.</summary>
    /// <exception cref="MarketplaceException">Unauthorized: the login is refused.</exception>
    Task<SellerTokens> SignInAsync(SellerLogin login, CancellationToken cancellationToken);
}

/// <param name="Parameters">What the platform wants beside them: Postmart's <c>customerCode</c>; <c>url</c>, the shop's own address, where every shop
/// has one (the token then holds it, so that no key can be sent to another host).</param>
public sealed record SellerLogin(string User, Secret Password, IReadOnlyDictionary<string, string> Parameters);

public sealed record SellerTokens(Secret AccessToken, Secret? RefreshToken, DateTimeOffset ExpiresAt);

/// <summary>Uploads one picture or paper to one account.</summary>
public interface IMediaUploader
{
    Task<UploadedMedia> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken);
}

/// <param name="ContentType">image/jpeg or image/png.</param>
/// <param name="Sha256">Of the bytes, lower-case hex.</param>
public sealed record MediaFile(string FileName, string ContentType, ReadOnlyMemory<byte> Bytes, string Sha256);

public sealed record UploadedMedia(string MediaId, string? Url);

/// <summary>A platform on which something of every shop's own must be known before content goes there: how it delivers, what it calls its
/// categories.</summary>
public interface IShopFacts
{
    /// <summary>What these listings need and what is not known of this shop. No call.</summary>
    IReadOnlyList<string> Missing(SellerSession shop, IEnumerable<int?> criteriaSets);

    /// <summary>Learns one of them. One call, harmless when repeated.</summary>
    Task LearnAsync(SellerSession shop, string fact, CancellationToken cancellationToken);
}

/// <summary>A platform on which every shop has categories of its own: the platform's file names them, the facts to learn are their ids, and a
/// category is made where the shop has none.</summary>
public interface IShopCategories : IShopFacts;

/// <summary>Opens a shop for a producer, as staff do in bulk.</summary>
public interface IShopRegistrar
{
    /// <returns>The shop, also when the phone number already had one (<see cref="ShopRegistration.Existed"/>).</returns>
    Task<ShopRegistration> RegisterAsync(SellerSession partner, ShopToRegister shop, CancellationToken cancellationToken);
}

public sealed record ShopToRegister(
    string Name, string OwnerName, string Phone, string ProvinceCode, string CommuneCode, string Address);

public sealed record ShopRegistration(string ExternalShopId, bool Existed, AccountState State, string StateRaw);

/// <summary>Verifies a callback on its raw bytes, then names what to read again. Never a way of knowing a state.</summary>
public interface IWebhookVerifier
{
    /// <exception cref="MarketplaceException">Unauthorized: the signature is wrong, missing or too old.</exception>
    IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset now);

    /// <summary>What of a verified body its signature covers, and by which it is therefore known: whoever sends the same again with another rest says nothing
    /// new. Null: all of it.</summary>
    byte[]? SignedPart(ReadOnlyMemory<byte> body) => null;
}

/// <summary>Asks a shop to tell us of changes, signed so that <see cref="IWebhookVerifier"/> knows them.</summary>
public interface IWebhookSubscriber
{
    Task SubscribeAsync(SellerSession shop, Uri deliveryUrl, CancellationToken cancellationToken);
}

/// <param name="SellerSku">Empty where the platform tells only its own id.</param>
public sealed record WebhookHint(string ExternalShopId, string SellerSku, string? ExternalId);
