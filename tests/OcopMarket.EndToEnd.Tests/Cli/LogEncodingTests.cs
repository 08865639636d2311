using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OcopMarket.App.Hosting;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>S38: a name in a message stays one line and one colour, and is read in the direction it was written.</summary>
public sealed class LogEncodingTests
{
    private const string Hostile = "Mật hoa\r\nfail: Vault[0] forged\u001b[31m\u202Ered\u2028x\0\u0085";

    [Theory]
    [InlineData("plain")]
    [InlineData("json")]
    public void A_hostile_name_is_one_harmless_line(string format)
    {
        var line = Written(format, Hostile, new InvalidOperationException(Hostile));

        Assert.Single(line.TrimEnd('\n').Split('\n', '\r'));
        Assert.DoesNotContain(line.TrimEnd('\r', '\n'), c => char.IsControl(c) || c is '\u202E' or '\u2028');
        Assert.Contains("Mật hoa", line, StringComparison.Ordinal);
        if (format == "json")
        {
            Assert.Contains(Hostile, JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString(), StringComparison.Ordinal);
        }
    }

    private static string Written(string format, string text, Exception error)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Logging:Format", format)]).Build();
        using var services = new ServiceCollection().AddLogging(l => l.AddOcopConsole(settings)).BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == format);
        using var output = new StringWriter { NewLine = "\n" };
        formatter.Write(
            new LogEntry<string>(LogLevel.Warning, "Test", new EventId(7), text, error, (state, _) => state), null, output);
        return output.ToString();
    }
}
