using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>One partner login serves many shops.</summary>
internal static class PostmartSignIn
{
    public static async Task<SellerTokens> SignInAsync(
        PostmartClient client, SellerLogin login, TimeProvider time, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var body = new PostmartLogin(login.User, login.Password.Reveal(), login.Parameters.GetValueOrDefault("customerCode"));
        var answer = await client.LogInAsync(body, cancellationToken);
        return new(new Secret(answer.Token!), null, before.AddSeconds(answer.ExpiresIn!.Value));
    }
}
