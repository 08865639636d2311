using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

internal static class Golden
{
    private static readonly string Root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "golden");

    public static string Text(string platform, string file) => File.ReadAllText(Path.Combine(Root, platform, file));

    public static JsonNode Json(string platform, string file) => JsonNode.Parse(Text(platform, file))!;

    /// <summary>The same fields with values of the same kind, all the way down; lists by their first element.</summary>
    public static string Shape(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => "{" + string.Join(",", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Shape(p.Value)}")) + "}",
        JsonArray a => a.Count == 0 ? "[]" : "[" + Shape(a[0]) + "]",
        _ => node.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False
            ? "Flag"
            : node.GetValueKind().ToString()
    };

    private static string Here([CallerFilePath] string path = "") => path;
}
