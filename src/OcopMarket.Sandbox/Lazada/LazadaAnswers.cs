using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Section 4: <c>code</c> is a text and "0" means success; HTTP 200 also of refusals (recalled by the sheet, not documented).</summary>
internal static class LazadaAnswers
{
    public static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Tokens stand at the top.</summary>
    public static Answer Top(object body) => Answer.Json(200, body, Wire);

    public static Answer Data(object data) => Answer.Json(200, new { Code = "0", Data = data, RequestId = Request }, Wire);

    public static Answer Refused(LazadaRefusal refusal) => Answer.Json(
        200, new { refusal.Code, refusal.Type, refusal.Message, RequestId = Request, Detail = refusal.Detail is { } detail ? new[] { detail } : null }, Wire, refusal.Code);

    public static Answer Refused(string code, string message, string type = "ISV") => Refused(new LazadaRefusal(code, message) { Type = type });

    public static Answer TooMany(int? retryAfter, bool breach) =>
        Refused("ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 1 seconds") with { Breach = breach, RetryAfter = retryAfter };

    private const string Request = "0ba2887315178178017221014";
}

internal sealed record LazadaRefusal(string Code, string Message)
{
    public string Type { get; init; } = "ISV";
    public LazadaDetail? Detail { get; init; }

    /// <summary>The same under a code that says only which call failed: the cause is in the detail.</summary>
    public LazadaRefusal Within(string code, string message, string sku) => this with
    {
        Code = code,
        Message = message,
        Detail = new(sku, Detail?.Field ?? "", $"{Code}: {Message}"),
    };
}

internal sealed record LazadaDetail(string SellerSku, string Field, string Message);
