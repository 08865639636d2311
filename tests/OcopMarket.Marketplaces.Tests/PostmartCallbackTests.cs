using System.Text;
using System.Text.Json.Nodes;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The golden callback, signed with a key whose public half lies beside it.</summary>
[Trait("Category", "Culture")]
public sealed class PostmartCallbackTests
{
    private static readonly string Body = Repository.Golden("postmart", "callback.request.json");
    private static readonly DateTimeOffset SentAt = new(2026, 11, 23, 9, 30, 1, TimeSpan.FromHours(7));

    [Fact]
    public void A_signed_callback_names_what_to_read_again()
    {
        var hint = Assert.Single(Verify(Body, SentAt));

        Assert.Equal(new WebhookHint("PM004211", "OCOP-TV-0001", "700001"), hint);
    }

    [Theory]
    [InlineData("\"status\": 2", "\"status\": 6")]
    [InlineData("OCOP-TV-0001", "OCOP-TV-0002")]
    [InlineData("09:30:01", "09:30:02")]
    [InlineData("EPqLUO4D", "EPqLUO4E")]
    [InlineData("EPqLUO4D", "-no-base64-")]
    public void A_forged_callback_is_refused(string text, string forged) =>
        Assert.Equal("callback_signature", Refusal(Body.Replace(text, forged, StringComparison.Ordinal), SentAt));

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"data\":[],\"sendDate\":\"23/11/2026 09:30:01\",\"signature\":\"\"}")]
    [InlineData("{\"data\":[null],\"sendDate\":\"23/11/2026 09:30:01\",\"signature\":\"\"}")]
    [InlineData("<html>")]
    [InlineData("")]
    public void A_callback_without_content_is_refused(string body) => Assert.Equal("callback_unreadable", Refusal(body, SentAt));

    [Theory]
    [InlineData(74, null)]
    [InlineData(76, "callback_late")]
    [InlineData(-4, null)]
    [InlineData(-6, "callback_late")]
    public void A_callback_is_taken_for_as_long_as_the_platform_repeats_it(int minutes, string? code) =>
        Assert.Equal(code, Refusal(Body, SentAt.AddMinutes(minutes)));

    [Fact]
    public void A_callback_is_known_by_what_is_signed_whatever_the_rest_says()
    {
        var adapter = (IWebhookVerifier)Adapters.Registry().Adapter(new("postmart"));
        var body = JsonNode.Parse(Body)!;
        var rest = JsonNode.Parse(Body)!;
        rest["data"]![0]!["shopCode"] = "PM009999";
        rest["data"]!.AsArray().Add(new JsonObject { ["shopCode"] = "PM000001", ["itemCode"] = "X", ["productId"] = 1, ["status"] = 2 });
        var other = JsonNode.Parse(Body)!;
        other["data"]![0]!["itemCode"] = "OCOP-TV-0002";

        byte[]? Signed(JsonNode said) => adapter.SignedPart(Encoding.UTF8.GetBytes(said.ToJsonString()));

        Assert.NotEmpty(Signed(body)!);
        Assert.Equal(Signed(body), Signed(rest));
        Assert.NotEqual(Signed(body), Signed(other));
        Assert.Single(Verify(Body, SentAt));
        Assert.Equal(2, Verify(rest.ToJsonString(), SentAt).Count); // hints all the same
    }

    [Fact]
    public void Without_a_key_every_callback_is_refused()
    {
        var adapter = (IWebhookVerifier)Adapters.Registry().Adapter(new("postmart"));

        var error = Assert.Throws<MarketplaceException>(() => adapter.Verify(Encoding.UTF8.GetBytes(Body), new Dictionary<string, string>(), SentAt));

        Assert.Equal((FailureKind.Misconfigured, "callback_key_missing"), (error.Kind, error.PlatformCode));
    }

    private static IReadOnlyList<WebhookHint> Verify(string body, DateTimeOffset now)
    {
        var key = Repository.Golden("postmart", "callback.public-key.pem");
        var adapter = (IWebhookVerifier)Adapters.Registry(("Postmart:CallbackPublicKey", key)).Adapter(new("postmart"));
        return adapter.Verify(Encoding.UTF8.GetBytes(body), new Dictionary<string, string>(), now);
    }

    private static string? Refusal(string body, DateTimeOffset now) =>
        Record.Exception(() => Verify(body, now)) is MarketplaceException { Kind: FailureKind.Unauthorized } error ? error.PlatformCode : null;
}
