using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>The document that a write carries: XML or JSON, from <c>Request</c> down.</summary>
internal static class LazadaPayload
{
    private static readonly string[] Lists = ["Sku", "Image"];

    /// <returns>What stands in <c>Request/Product</c>.</returns>
    /// <exception cref="FormatException">It is neither, or has no product.</exception>
    public static JsonObject Product(string text)
    {
        try
        {
            var root = text.TrimStart().StartsWith('<') ? OfXml(XElement.Parse(text)) : JsonNode.Parse(text)?["Request"];
            return root?["Product"] as JsonObject ?? throw new FormatException("There is no Request with a Product.");
        }
        catch (Exception e) when (e is XmlException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The document is neither XML nor JSON.", e);
        }
    }

    /// <exception cref="FormatException">A field that nobody knows.</exception>
    public static void Only(JsonObject given, params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in given)
        {
            if (!names.Contains(name))
            {
                throw new FormatException($"Unknown field {name}.");
            }
        }
    }

    /// <exception cref="FormatException">It is no text: values are written as texts.</exception>
    public static string? Text(JsonObject given, string name) => given[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw new FormatException($"{name} must be a text.")
    };

    /// <summary><c>Images.Image</c>, <c>Skus.Sku</c>.</summary>
    public static IReadOnlyList<JsonNode?>? List(JsonObject given, string outer, string inner) => given[outer] switch
    {
        null => null,
        JsonObject list when list[inner] is JsonArray items => [.. items],
        JsonObject list when list.Count == 0 => [],
        _ => throw new FormatException($"{outer} must hold a list {inner}.")
    };

    public static IReadOnlyList<JsonObject> Skus(JsonObject product) =>
        [.. (List(product, "Skus", "Sku") ?? []).Select(s => s as JsonObject ?? throw new FormatException("Sku must be an object."))];

    private static JsonNode? OfXml(XElement element)
    {
        if (!element.HasElements)
        {
            return element.Value.Length == 0 && element.Name.LocalName is "Skus" or "Images" ? new JsonObject() : JsonValue.Create(element.Value);
        }

        var node = new JsonObject();
        foreach (var group in element.Elements().GroupBy(e => e.Name.LocalName))
        {
            node[group.Key] = Lists.Contains(group.Key) ? new JsonArray([.. group.Select(OfXml)]) : OfXml(group.Last());
        }

        return node;
    }
}
