using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OcopMarket.Worker.Tests.Watching;

/// <summary>Messages as the framework's own JSON formatter writes them, scopes included, kept instead of printed.</summary>
public sealed class JsonLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging(l => l.AddJsonConsole(o => o.IncludeScopes = true)).BuildServiceProvider();
    private readonly ConsoleFormatter _formatter;
    private IExternalScopeProvider? _scopes;

    public JsonLog() => _formatter = _services.GetServices<ConsoleFormatter>().Single(f => f.Name == ConsoleFormatterNames.Json);

    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<LogLine> Read() => [.. _lines.Select(l => new LogLine(JsonDocument.Parse(l).RootElement))];

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _services.Dispose();

    private sealed class Category(JsonLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var text = new StringWriter();
            log._formatter.Write(new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter), log._scopes, text);
            log._lines.Enqueue(text.ToString());
        }
    }
}

/// <summary>One message with what it belongs to.</summary>
public sealed record LogLine(JsonElement Json)
{
    public string Category => Json.GetProperty(nameof(Category)).GetString()!;
    public string Message => Json.GetProperty(nameof(Message)).GetString()!;

    /// <summary>A value of the scopes around it; null: none of them has it.</summary>
    public string? Scope(string name) => Json.TryGetProperty("Scopes", out var scopes)
        ? scopes.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.Object && s.TryGetProperty(name, out _))
            .Select(s => s.GetProperty(name).ToString()).LastOrDefault()
        : null;
}
