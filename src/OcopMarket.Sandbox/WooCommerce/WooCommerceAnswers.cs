using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>What is wrong with a call, or with one item of a batch.</summary>
internal sealed record WooError(int Status, string Code, string Message, JsonObject? More = null)
{
    public static readonly WooError NoSuchProduct = new(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");

    public static WooError InvalidParameter(string field, string code, string message) => new(
        400, "rest_invalid_param", $"Invalid parameter(s): {field}", new JsonObject
        {
            ["params"] = new JsonObject { [field] = message },
            ["details"] = new JsonObject { [field] = new JsonObject { ["code"] = code, ["message"] = message, ["data"] = null } }
        });

    public JsonObject ToJson()
    {
        var data = new JsonObject { ["status"] = Status };
        foreach (var (name, value) in More ?? [])
        {
            data[name] = value?.DeepClone();
        }

        return new JsonObject { ["code"] = Code, ["message"] = Message, ["data"] = data };
    }

    public Answer ToAnswer() => WooCommerceAnswers.Json(Status, ToJson(), Code);
}

internal static class WooCommerceAnswers
{
    public static Answer Json(int http, JsonNode body, string? error = null) => Answer.Json(http, body, Wire.CamelCase, error);

    public static Answer CannotView() =>
        new WooError(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.").ToAnswer();

    public static Answer BadKey(string message) => new WooError(401, "woocommerce_rest_authentication_error", message).ToAnswer();

    public static WooError UnknownError() => new(400, "woocommerce_rest_phan_mo_rong_7731", "Rejected by an extension of this shop.");

    /// <summary>The software has no limit; the hoster in front of it may.</summary>
    public static Answer TooMany(int? retryAfter, bool breach) =>
        Answer.Html(429, "Too Many Requests") with { Breach = breach, RetryAfter = retryAfter };
}
