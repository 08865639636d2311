using System.Text.Json.Serialization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>A field that does not hold, as section 2 lists it under status 205.</summary>
internal sealed record FieldError(string Field, string Message);

/// <summary>The envelope of section 2; HTTP is 200 for all of these.</summary>
internal static class VosoAnswers
{
    public static Answer Ok(object? data) => Say(new Envelope(200, false, "OK", data));

    public static Answer BadToken() => Refuse(202, "Token không hợp lệ");

    public static Answer NotAllowed(string message) => Refuse(203, message);

    public static Answer BadLogin() => Refuse(204, "Tài khoản hoặc mật khẩu không đúng");

    public static Answer Invalid(params IReadOnlyList<FieldError> errors) => Refuse(205, "Dữ liệu không hợp lệ", errors);

    public static Answer NotFound(long productId) => Refuse(404, $"Không tìm thấy sản phẩm {productId}");

    public static Answer Locked(string message) => Refuse(423, message);

    public static Answer TooMany(bool breach) => Refuse(429, "Quá nhiều yêu cầu") with { Breach = breach };

    public static Answer SystemError() => Refuse(500, "Lỗi hệ thống");

    /// <summary>In no sheet.</summary>
    public static Answer UnknownError() => Refuse(299, "Yêu cầu bị từ chối, mã 299");

    private static Answer Refuse(int status, string message, object? data = null) =>
        Say(new Envelope(status, true, message, data));

    private static Answer Say(Envelope envelope) =>
        Answer.Json(200, envelope, Wire.UpperCase, envelope.Error ? $"{envelope.Status}" : null);

    private sealed record Envelope(
        [property: JsonPropertyName("status")] int Status,
        [property: JsonPropertyName("error")] bool Error,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("data")] object? Data);
}

internal sealed record LoginData(
    [property: JsonPropertyName("userId")] long UserId,
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("expired")] long Expired);
