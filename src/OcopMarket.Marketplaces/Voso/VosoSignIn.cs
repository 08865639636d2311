using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>Two steps: the login gives a token for minutes, which with the same body is exchanged for the shop owner's (30 days).</summary>
internal static class VosoSignIn
{
    public static async Task<SellerTokens> SignInAsync(VosoClient client, SellerLogin login, CancellationToken cancellationToken)
    {
        var body = new VosoLogin(login.User, login.Password.Reveal());
        var first = await client.LogInAsync("/v2/user/Login", body, null, cancellationToken);
        var owner = await client.LogInAsync("/v2/user/ownerconnect", body, new Secret(first.Token!), cancellationToken);
        return new(new Secret(owner.Token!), null, DateTimeOffset.FromUnixTimeMilliseconds(owner.Expired!.Value));
    }
}
