using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Shopee;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The sheet's push vector, and what of pushes is believed.</summary>
public sealed class ShopeeWebhookTests
{
    private const string Vector = "f8e18a11d91ef19fef4cf7b6674153a981fa52239ee06c83b36a206bd7549a0b";
    private static readonly DateTimeOffset _sent = DateTimeOffset.FromUnixTimeSeconds(1760000000);
    private static readonly ShopeeOptions _options = new()
    {
        PushUrl = new("https://connector.example.vn/webhooks/shopee"),
        PushKey = "ocop-test-partner-key-0001",
    };

    [Fact]
    public void The_push_of_the_sheet_is_taken_and_names_shop_and_item_by_the_platform_s_ids() =>
        Assert.Equal([new("14701711", "", "3903127451")], Verify(Golden, Vector, _sent));

    [Fact]
    public void A_changed_byte_another_address_another_key_and_no_signature_are_refused()
    {
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden.Replace("BANNED", "NORMAL", StringComparison.Ordinal), Vector, _sent));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent, new() { PushUrl = new($"{_options.PushUrl}/"), PushKey = _options.PushKey }));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent, new() { PushUrl = _options.PushUrl, PushKey = "another" }));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, "", _sent));
        Assert.Equal(FailureKind.Unauthorized, Assert.Throws<MarketplaceException>(
            () => ShopeeWebhook.Verify(Encoding.UTF8.GetBytes(Golden), new Dictionary<string, string>(), _options, _sent)).Kind);
    }

    [Fact]
    public void The_last_repetition_after_hours_is_taken_and_a_replay_after_that_is_not()
    {
        Assert.Single(Verify(Golden, Vector, _sent.AddSeconds(300 + 1800 + 10800)));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent.AddHours(5)));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent.AddMinutes(-6)));
    }

    [Fact]
    public void Without_address_or_key_nothing_is_taken()
    {
        Assert.Equal(FailureKind.Misconfigured, Refusal(Golden, Vector, _sent, new() { PushKey = "x" }));
        Assert.Equal(FailureKind.Misconfigured, Refusal(Golden, Vector, _sent, new() { PushUrl = _options.PushUrl }));
    }

    [Theory]
    [InlineData("""{"data":{"shop_id":14701711,"success":1},"partner_id":2001887,"code":1,"timestamp":1760000000}""")]
    [InlineData("""{"data":{"ordersn":"2511"},"shop_id":14701711,"code":3,"timestamp":1760000000}""")]
    [InlineData("""{"data":{"item_id":0},"shop_id":14701711,"code":16,"timestamp":1760000000}""")]
    [InlineData("""{"data":{"item_id":5},"code":16,"timestamp":1760000000}""")]
    public void A_push_that_tells_of_no_item_of_a_shop_is_known_and_makes_nobody_read(string body) => Assert.Empty(Verify(body, SignatureOf(body), _sent));

    [Theory]
    [InlineData("""{"data":{"item_id":5},"shop_id":14701711,"code":16}""")]
    [InlineData("""{"data":{"item_id":5},"shop_id":14701711,"code":16,"timestamp":99999999999999}""")]
    [InlineData("no json")]
    public void What_says_no_time_is_refused(string body) => Assert.Equal(FailureKind.Unauthorized, Refusal(body, SignatureOf(body), _sent));

    private static string Golden => Repository.Golden("shopee", "push.request.json");

    private static string SignatureOf(string body) =>
        ShopeeWebhook.SignatureOf(_options.PushUrl!, Encoding.UTF8.GetBytes(body), new Secret(_options.PushKey!));

    private static IReadOnlyList<WebhookHint> Verify(string body, string signature, DateTimeOffset now, ShopeeOptions? options = null) => ShopeeWebhook.Verify(
        Encoding.UTF8.GetBytes(body), new Dictionary<string, string> { ["Authorization"] = signature }, options ?? _options, now);

    private static FailureKind Refusal(string body, string signature, DateTimeOffset now, ShopeeOptions? options = null) =>
        Assert.Throws<MarketplaceException>(() => Verify(body, signature, now, options)).Kind;
}
