using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.Logging.Console;

namespace OcopMarket.App.Hosting;

/// <summary>Where messages go: standard error, as lines for people or, with <c>Logging:Format</c> json, one object a line for machines, with
/// what they belong to.</summary>
internal static class LogOutput
{
    public static bool IsJson(IConfiguration settings) => settings["Logging:Format"] == "json";

    public static ILoggingBuilder AddOcopConsole(this ILoggingBuilder logging, IConfiguration settings)
    {
        logging.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return IsJson(settings)
            ? logging.AddJsonConsole(Json)
            : logging.AddConsole(o => o.FormatterName = PlainLogFormatter.Key).AddConsoleFormatter<PlainLogFormatter, ConsoleFormatterOptions>();
    }

    private static void Json(JsonConsoleFormatterOptions options)
    {
        options.IncludeScopes = true;
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        options.JsonWriterOptions = new() { Indented = false, Encoder = JavaScriptEncoder.Create(Letters()) };
    }

    /// <summary>Letters of every language as they are; what is not seen, marks of direction for one, as a number.</summary>
    private static TextEncoderSettings Letters()
    {
        var letters = new TextEncoderSettings(UnicodeRanges.All);
        letters.ForbidCharacters([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(PlainLogFormatter.IsUnseen)]);
        return letters;
    }
}
