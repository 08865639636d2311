using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Connecting;

/// <param name="Account">The shop; null: refused.</param>
/// <param name="Code">Why; stable.</param>
public sealed record ConnectReturned(long? Account, string? Code);

/// <summary>Leads a person to a platform's consent page and takes them in when they come back. The state that travels is a random number: what it
/// is for is written here, bound to session, person, shop and platform, for ten minutes and one return.</summary>
internal sealed class ConnectDesk(ConnectPortal portal, ConsentPlatforms platforms, PlatformWords words, PortalAddress address, Doer doer)
{
    internal const int MostUser = 200;
    internal const int MostSecret = 300;
    internal const int MostAddress = 300;
    private const int StateLetters = 64;

    public bool Knows(string marketplace) => platforms.Find(marketplace) is not null || words.LoginOf(marketplace) is not null;

    /// <summary>Its owner consents on the platform's own page.</summary>
    public bool HasPage(string marketplace) => platforms.Find(marketplace) is not null;

    /// <returns>Where the platform asks the owner; null: this shop is not for whoever asks, or its platform has no such page.</returns>
    public async Task<Uri?> BeginAsync(HttpContext http, ConnectStanding shop)
    {
        if (platforms.Find(shop.Marketplace) is not { } platform || shop.App is not { } app)
        {
            return null;
        }

        var state = Secrets.NewHex(StateLetters / 2);
        return await portal.BeginAsync(Attempt(http, shop, Hash(state)), http.RequestAborted)
            ? platform.Page(app, address.Link($"/ket-noi/{shop.Marketplace}"), state)
            : null;
    }

    /// <summary>Hands a login to the workers, sealed: from here on nobody who has only the portal can read it.</summary>
    /// <returns>Null: it is being tried. Else why not; stable.</returns>
    public async Task<string?> TypeAsync(HttpContext http, ConnectStanding shop, string? user, string? secret, string? where)
    {
        if (platforms.Find(shop.Marketplace) is not null || words.LoginOf(shop.Marketplace) is not { } asked || !shop.IsKnown)
        {
            return "login_not_here";
        }

        if (Trimmed(user, MostUser) is not { } name || secret is not { Length: > 0 and <= MostSecret } || (asked.Address && Trimmed(where, MostAddress) is null))
        {
            return "login_empty";
        }

        if (await portal.IntakeAsync(http.RequestAborted) is not { } key)
        {
            return "login_not_yet";
        }

        var attempt = Attempt(http, shop, null);
        var typed = new TypedLogin(name, new(secret), asked.Address ? Trimmed(where, MostAddress) : null);
        return await portal.TypeAsync(attempt, typed.Seal(key.Public, shop.Id, attempt.PersonId), key.Id, http.RequestAborted) ? null : "login_tries";
    }

    private static string? Trimmed(string? text, int most) => text?.Trim() is { Length: > 0 } trimmed && trimmed.Length <= most ? trimmed : null;

    /// <returns>Whether it was handed to the workers.</returns>
    public Task<bool> DisconnectAsync(HttpContext http, ConnectStanding shop) => portal.BeginAsync(Attempt(http, shop, null), http.RequestAborted);

    /// <summary>Only the session that left may come back, once, from the platform it was led to.</summary>
    public async Task<ConnectReturned> ReturnAsync(HttpContext http, string marketplace)
    {
        if (http.User.SessionId() is not { } session || http.User.PersonId() is not { } person || !MayAct(http.User))
        {
            return new(null, "connect_session");
        }

        var query = http.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        if (platforms.Find(marketplace) is not { } platform)
        {
            return new(null, "connect_platform");
        }

        if (query.GetValueOrDefault("state") is not { Length: StateLetters } state || !state.All(char.IsAsciiHexDigitLower))
        {
            return new(null, "connect_state");
        }

        var (hash, given) = (Hash(state), platform.Read(query));
        var account = await portal.ReturnAsync(
            hash, session, person, marketplace, given?.Code.Reveal(), given?.ExternalShopId, http.RequestAborted);
        return account is not null
            ? new(account, null)
            : new(null, await portal.WhyNotAsync(hash, session, person, marketplace, http.RequestAborted));
    }

    internal static bool MayAct(ClaimsPrincipal user) => user.Role() is PersonRole.Business or PersonRole.Staff or PersonRole.Admin;

    private NewAttempt Attempt(HttpContext http, ConnectStanding shop, byte[]? hash) => new(
        shop.Id, hash, http.User.SessionId()!.Value, http.User.PersonId()!.Value, doer.Now.Name,
        http.User.Role() == PersonRole.Business ? "producer" : "staff", doer.Now.From, doer.Now.Correlation);

    private static byte[] Hash(string state) => SHA256.HashData(Encoding.UTF8.GetBytes(state));
}
