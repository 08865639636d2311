using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Sandbox.Common;

/// <summary>How JSON is read and written: unknown, missing, doubled and wrongly typed fields are refused.</summary>
internal static class Wire
{
    public static readonly JsonSerializerOptions CamelCase = Strict(JsonNamingPolicy.CamelCase);
    public static readonly JsonSerializerOptions UpperCase = Strict(JsonNamingPolicy.SnakeCaseUpper);

    private static JsonSerializerOptions Strict(JsonNamingPolicy naming) => new()
    {
        PropertyNamingPolicy = naming,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) }
    };
}
