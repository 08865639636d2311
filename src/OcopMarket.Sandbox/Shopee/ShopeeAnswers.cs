using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Section 4: an envelope whose <c>error</c> decides. 200 for refusals of the business, 403 for those of signature and token.</summary>
internal static class ShopeeAnswers
{
    public static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Tokens and the shop stand at the top.</summary>
    public static Answer Ok(object body) => Answer.Json(200, body, Wire);

    public static Answer Response(object response) => Answer.Json(200, new Envelope("", "", response), Wire);

    public static Answer Refused(string error, string message, object? response = null) => Answer.Json(200, new Envelope(error, message, response), Wire, error);

    public static Answer Forbidden(string error, string message) => Answer.Json(403, new Envelope(error, message), Wire, error);

    public static Answer TooMany(int? retryAfter, bool breach) =>
        Answer.Json(200, new Envelope("error_rate_limit", "Too many requests, please retry later."), Wire, "error_rate_limit") with { Breach = breach, RetryAfter = retryAfter };

    private sealed record Envelope(string Error, string Message, object? Response = null, string Warning = "", string RequestId = "");
}
