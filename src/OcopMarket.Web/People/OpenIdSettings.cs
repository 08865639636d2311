using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Web.People;

/// <summary>By what a person of ours is found for somebody whom the directory names for the first time.</summary>
public enum DirectoryMatch
{
    /// <summary>The address of mail, when the directory says that it is verified.</summary>
    Email,

    /// <summary>The subject itself, where directories use the login for it.</summary>
    Sub,
}

/// <param name="Claim"><c>amr</c> or <c>acr</c>.</param>
/// <param name="Value">What the directory says there after it has asked for a second factor.</param>
public sealed record TrustedFactor(string Claim, string Value);

/// <summary>The operator's own directory, with which people sign in by OpenID Connect. Section <c>OpenId</c>; it needs all three: address, id and
/// secret.</summary>
/// <param name="Authority">Under it lies <c>.well-known/openid-configuration</c>; https unless on this machine.</param>
public sealed record OpenIdSettings(Uri Authority, string ClientId, Secret ClientSecret)
{
    /// <summary>What the button calls it; null: a general word in the reader's language.</summary>
    public string? Name { get; init; }

    /// <summary>Any of these counts as a second factor; none: ours is asked.</summary>
    public IReadOnlyList<TrustedFactor> Trust { get; init; } = [];

    public DirectoryMatch MatchBy { get; init; }
}
