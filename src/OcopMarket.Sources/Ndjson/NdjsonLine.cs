using System.Text.Json;
using System.Text.Unicode;

namespace OcopMarket.Sources.Ndjson;

/// <summary>One line as JSON.</summary>
internal static class NdjsonLine
{
    public const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The object of a line; null when the line is not one whole object in UTF-8.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(line, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Said by the result.
        }

        return null;
    }
}
