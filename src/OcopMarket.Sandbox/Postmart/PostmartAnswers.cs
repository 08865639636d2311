using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>The envelope of section 2.</summary>
internal static class PostmartAnswers
{
    public static Answer Ok(object? data) => Say(200, new Envelope(true, null, null, data));

    public static Answer Refuse(string code, string message, object? data = null, int http = 200) =>
        Say(http, new Envelope(false, code, message, data));

    public static Answer BadRequest(string message) => Refuse("BAD_REQUEST", message, http: 400);

    /// <summary>A batch that could be read; its error in the call log is the first item's.</summary>
    public static Answer Batch(IReadOnlyList<ItemResult> items) =>
        Ok(new { items }) with { Error = items.FirstOrDefault(i => !i.Success)?.ErrorCode };

    public static Answer UnknownError() => Refuse("NGHIEP_VU_7731", "Yêu cầu bị từ chối, mã 7731.");

    private static Answer Say(int http, Envelope envelope) => Answer.Json(http, envelope, Wire.CamelCase, envelope.ErrorCode);

    private sealed record Envelope(bool Success, string? ErrorCode, string? Message, object? Data);
}
