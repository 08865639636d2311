using System.Text.RegularExpressions;

namespace OcopMarket.Core.Tests.Codebase;

/// <summary>Secrets are made and compared in one place, and their text is taken out only where it is needed. The simulated platforms are other
/// people's servers and left out.</summary>
public sealed partial class SecretRuleTests
{
    /// <summary>Who hands a secret on: to a platform, to the vault, or to the one who wipes it out of a text.</summary>
    private static readonly string[] _reveal =
    [
        "App/Hosting/PortalHome.cs", "Core/Marketplaces/Secret.cs", "Data/Sellers/ConsentTokens.cs", "Data/Sellers/TypedLogin.cs", "Data/Vault/CredentialVault.cs", "Marketplaces/Http/Details.cs", "Marketplaces/Lazada/LazadaClient.cs",
        "Marketplaces/Lazada/LazadaSign.cs", "Marketplaces/Lazada/LazadaWebhook.cs", "Marketplaces/MarketplaceRegistration.cs",
        "Marketplaces/Postmart/PostmartClient.cs", "Marketplaces/Postmart/PostmartSignIn.cs", "Marketplaces/Shopee/ShopeeClient.cs",
        "Marketplaces/Shopee/ShopeeConsent.cs", "Marketplaces/Shopee/ShopeeSign.cs", "Marketplaces/Shopee/ShopeeWebhook.cs", "Marketplaces/Voso/VosoClient.cs", "Marketplaces/Voso/VosoSignIn.cs",
        "Marketplaces/WooCommerce/WooCommerceAdapter.cs", "Marketplaces/WooCommerce/WooCommerceClient.cs",
        "Marketplaces/WooCommerce/WooCommerceShop.cs", "Marketplaces/WooCommerce/WooCommerceWebhook.cs",
        "Web/Connecting/ConnectDesk.cs", "Web/People/OpenIdOptions.cs",
    ];

    /// <summary>Keys, nonces, salts, a demo's passwords, and numbers that name a request and are no secret.</summary>
    private static readonly string[] _random =
    [
        "App/Demo/DemoPeople.cs", "Core/Marketplaces/Secrets.cs", "Data/People/LinkStore.cs", "Data/Tenancy/ScramVerifier.cs",
        "Data/Vault/Aead.cs", "Data/Vault/DataKeys.cs", "Data/Vault/KeyFile.cs", "Web/Hosting/RequestScope.cs",
        "Web/People/SessionCookie.cs", "Web/People/SignInDesk.cs", "Web/People/Totp.cs", "Worker/Watching/WorkScope.cs",
    ];

    [Fact]
    public void Only_one_place_compares_in_constant_time_and_nothing_else_compares_a_secret()
    {
        Assert.Equal(["Core/Marketplaces/Secrets.cs"], Places(CompareHelper()));
        Assert.Empty(Lines(Comparison()));
    }

    [Fact]
    public void Randomness_for_secrets_comes_from_one_place()
    {
        Assert.Equal(_random, Places(Randomness()));
        Assert.Empty(Lines(WeakRandomness()));
    }

    [Fact]
    public void The_text_of_a_secret_is_taken_out_only_where_it_is_handed_on() => Assert.Equal(_reveal, Places(Reveal()));

    [Fact]
    public void A_setting_that_is_a_secret_is_read_as_one()
    {
        var catalogue = File.ReadAllText(Path.Combine(SourceTree.Folder("App"), "Cli", "SettingCatalogue.cs"));
        var keys = SecretSetting().Matches(catalogue).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(keys);

        Assert.Empty(Code().Where(l => keys.Exists(k => l.Text.Contains($"[\"{k}\"]", StringComparison.Ordinal))
            && !l.Text.Contains("new Secret(", StringComparison.Ordinal)).Select(l => l.Place));
    }

    [Theory]
    [InlineData("if (given.Token == expected)")]
    [InlineData("return password != stored;")]
    [InlineData("signature.SequenceEqual(mac)")]
    [InlineData("string.Equals(apiKey, other)")]
    public void The_rule_knows_a_comparison_when_it_sees_one(string code) => Assert.Matches(Comparison(), code);

    private static IEnumerable<(string Place, string Text)> Code() =>
        SourceTree.Projects.Where(p => p != "Sandbox").SelectMany(SourceTree.Files).SelectMany(SourceTree.Code);

    private static IEnumerable<string> Lines(Regex rule) => Code().Where(l => rule.IsMatch(l.Text)).Select(l => $"{l.Place}: {l.Text}");

    private static IEnumerable<string> Places(Regex rule) => Code().Where(l => rule.IsMatch(l.Text))
        .Select(l => l.Place["src/OcopMarket.".Length..].Split(':')[0].Replace('\\', '/')).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\bFixedTimeEquals\b")]
    private static partial Regex CompareHelper();

    [GeneratedRegex(@"(?i:(?<!cancellation)token(?!Type)|secret|password|signature|hmac|mac|apikey|passphrase)\w{0,5}\b\)?( *(==|!=)(?! *(?:null\b|""""|0\b|PasswordVerificationResult\b))|\.AsSpan\(\)\.SequenceEqual|\.SequenceEqual\(|\.Equals\()|\.Equals\((?i:\w*(token|secret|password|signature|hmac|mac|apikey))\b")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\bRandomNumberGenerator\.")]
    private static partial Regex Randomness();

    [GeneratedRegex(@"(?i:token|secret|password|apikey)\w* *= *.*(Random\.Shared|new Random\(|Guid\.NewGuid)")]
    private static partial Regex WeakRandomness();

    [GeneratedRegex(@"\.Reveal\(\)|\bstring Reveal\(\)")]
    private static partial Regex Reveal();

    [GeneratedRegex(@"new\(""([\w:]+)"", SettingKind\.Secret")]
    private static partial Regex SecretSetting();
}
