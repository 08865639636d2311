using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

/// <summary>Looks into a body that nobody has checked yet.</summary>
internal static class Peek
{
    public static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static long? Number(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    public static IReadOnlyList<JsonElement> List(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : [];

    public static IReadOnlyList<string> Texts(JsonElement body, string list, string name) =>
        [.. List(body, list).Select(i => Text(i, name)).OfType<string>()];
}
