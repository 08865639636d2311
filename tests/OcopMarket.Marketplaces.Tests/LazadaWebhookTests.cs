using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Lazada;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The sheet's push vector, and what of pushes is believed.</summary>
public sealed class LazadaWebhookTests
{
    private const string Vector = "5c38e53cd5a886e85d8e249072e6cc4492036daf55e94aa3dd3261b25af71b47";
    private static readonly DateTimeOffset _sent = DateTimeOffset.FromUnixTimeSeconds(1760000000);
    private static readonly LazadaOptions _options = new() { PushApp = "100123", PushKey = "ocop-test-app-secret" };

    [Fact]
    public void The_push_of_the_sheet_is_taken_and_names_shop_and_item_by_the_platform_s_ids() =>
        Assert.Equal([new("1234567", "", "2202832065")], Verify(Golden, Vector, _sent));

    [Fact]
    public void A_changed_byte_another_key_another_secret_upper_case_and_no_signature_are_refused()
    {
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden.Replace("REJECTED", "APPROVED", StringComparison.Ordinal), Vector, _sent));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent, new() { PushApp = "100124", PushKey = _options.PushKey }));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent, new() { PushApp = _options.PushApp, PushKey = "another" }));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector.ToUpperInvariant(), _sent));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, "", _sent));
        Assert.Equal(FailureKind.Unauthorized, Assert.Throws<MarketplaceException>(
            () => LazadaWebhook.Verify(Encoding.UTF8.GetBytes(Golden), new Dictionary<string, string>(), _options, _sent)).Kind);
    }

    [Fact]
    public void The_last_repetition_after_hours_is_taken_and_a_replay_after_that_is_not()
    {
        Assert.Single(Verify(Golden, Vector, _sent.AddMinutes(12 * 30)));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent.AddHours(8)));
        Assert.Equal(FailureKind.Unauthorized, Refusal(Golden, Vector, _sent.AddMinutes(-6)));
    }

    [Fact]
    public void A_time_in_milliseconds_is_the_same_time()
    {
        var body = Golden.Replace("\"timestamp\":1760000000", "\"timestamp\":1760000000123", StringComparison.Ordinal);
        Assert.Single(Verify(body, SignatureOf(body), _sent));
        Assert.Equal(FailureKind.Unauthorized, Refusal(body, SignatureOf(body), _sent.AddHours(8)));
    }

    [Fact]
    public void Without_key_or_secret_nothing_is_taken()
    {
        Assert.Equal(FailureKind.Misconfigured, Refusal(Golden, Vector, _sent, new() { PushKey = "x" }));
        Assert.Equal(FailureKind.Misconfigured, Refusal(Golden, Vector, _sent, new() { PushApp = "x" }));
    }

    [Theory]
    [InlineData("""{"seller_id":"7","message_type":4,"data":{"item_id":5,"sku_list":[{"shop_sku":"5_VNAMZ-6","seller_sku":"A","sku_id":6}],"action":"EDITED_UPDATED"},"timestamp":1760000000,"site":"LAZADA_VN"}""", "A", "5-6")]
    [InlineData("""{"seller_id":7,"message_type":5,"data":{"item_id":"5","sku_list":[{"sku_id":"6"}]},"action":"DELETED","timestamp":1760000000}""", "", "5-6")]
    [InlineData("""{"seller_id":"7","message_type":6,"data":{"seller_sku":"A","sku_id":6,"real_quantity":4},"timestamp":1760000000}""", "A", null)]
    [InlineData("""{"seller_id":"7","message_type":1,"data":{"itemId":5,"status":"Lock"},"timestamp":1760000000}""", "", "5")]
    public void What_happens_to_an_item_is_a_hint_by_what_the_push_names(string body, string sku, string? id) =>
        Assert.Equal([new("7", sku, id)], Verify(body, SignatureOf(body), _sent));

    [Theory]
    [InlineData("""{"seller_id":"null","message_type":8,"data":{"app_key":"100123","seller_id":7},"timestamp":1760000000}""")]
    [InlineData("""{"message_type":12,"data":{"status":"finish"},"timestamp":1760000000,"site":"lazada_sg"}""")]
    [InlineData("""{"seller_id":"7","message_type":0,"data":{"trade_order_id":"1"},"timestamp":1760000000}""")]
    [InlineData("""{"seller_id":"7","message_type":1,"data":{},"timestamp":1760000000}""")]
    [InlineData("""{"seller_id":"7","message_type":1,"data":"x","timestamp":1760000000}""")]
    public void A_push_that_tells_of_no_item_of_a_shop_is_known_and_makes_nobody_read(string body) => Assert.Empty(Verify(body, SignatureOf(body), _sent));

    [Theory]
    [InlineData("""{"seller_id":"7","message_type":1,"data":{"itemId":5}}""")]
    [InlineData("""{"seller_id":"7","message_type":1,"data":{"itemId":5},"timestamp":99999999999999999}""")]
    [InlineData("no json")]
    public void What_says_no_time_is_refused(string body) => Assert.Equal(FailureKind.Unauthorized, Refusal(body, SignatureOf(body), _sent));

    private static string Golden => Repository.Golden("lazada", "push.request.json");

    private static string SignatureOf(string body) =>
        LazadaWebhook.SignatureOf(_options.PushApp!, Encoding.UTF8.GetBytes(body), new Secret(_options.PushKey!));

    private static IReadOnlyList<WebhookHint> Verify(string body, string signature, DateTimeOffset now, LazadaOptions? options = null) => LazadaWebhook.Verify(
        Encoding.UTF8.GetBytes(body), new Dictionary<string, string> { ["Authorization"] = signature }, options ?? _options, now);

    private static FailureKind Refusal(string body, string signature, DateTimeOffset now, LazadaOptions? options = null) =>
        Assert.Throws<MarketplaceException>(() => Verify(body, signature, now, options)).Kind;
}
