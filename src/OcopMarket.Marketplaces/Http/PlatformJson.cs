using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Marketplaces.Http;

/// <summary>JSON as platforms write it: names by policy, Vietnamese unescaped, unknown fields ignored, ids as text or number.</summary>
internal static class PlatformJson
{
    public static JsonSerializerOptions Create(JsonNamingPolicy names, JsonIgnoreCondition nulls) => new()
    {
        PropertyNamingPolicy = names,
        DefaultIgnoreCondition = nulls,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 32,
        Converters = { new StorableText() },
    };

    /// <summary>Null when the bytes are no JSON object of this shape (HTML, a cut body, another type).</summary>
    public static T? Read<T>(byte[] body, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole dong and whole units without a decimal point.</summary>
    public static long Whole(decimal value) => decimal.ToInt64(decimal.Truncate(value));

    /// <summary>Parcel sides are sent in whole centimetres, rounded up: a carrier never measures less than the parcel.</summary>
    public static int? WholeCm(decimal? side) => side is { } cm ? decimal.ToInt32(decimal.Ceiling(cm)) : null;
}

/// <summary>Texts of others without the one character that no database keeps.</summary>
internal sealed class StorableText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Of(reader.GetString()) : throw new JsonException("Text was expected.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString())!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    public static string? Of(string? text) => text?.Replace('\0', '\uFFFD');
}

/// <summary>An id or status that one platform writes as text and another as number; kept as text.</summary>
internal sealed class TextOrNumber : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => StorableText.Of(reader.GetString()),
        JsonTokenType.Number when reader.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        JsonTokenType.Number => reader.GetDecimal().ToString(CultureInfo.InvariantCulture),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw new JsonException("An id or state must be text or a number."),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
