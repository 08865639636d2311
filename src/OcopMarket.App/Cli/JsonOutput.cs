using System.Text.Encodings.Web;
using System.Text.Json;

namespace OcopMarket.App.Cli;

/// <summary>An answer for programs: one JSON document, alone on standard output, Vietnamese letters as they are.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task WriteAsync<T>(T value) => Console.Out.WriteLineAsync(JsonSerializer.Serialize(value, _json));
}
