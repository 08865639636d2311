using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing.Faults;
using OcopMarket.Worker.Tests.Engine;

namespace OcopMarket.Worker.Tests.Faults;

/// <summary>The engine with a line to the platform and a line to the database that a test can break. The platform has no unique seller's codes
/// and a lagging index. The office plans over a line of its own.</summary>
public sealed class FaultyEngine : VosoEngine
{
    private readonly FailedRounds _failedRounds = new();
    private FaultProxy? _platformLine;
    private FaultProxy? _databaseLine;
    private NpgsqlDataSource? _database;
    private ServiceProvider? _office;

    public FaultProxy PlatformLine => _platformLine!;
    public FaultProxy DatabaseLine => _databaseLine!;

    /// <summary>Rounds of loops and turns of shops that broke off so far.</summary>
    public int FailedRounds => _failedRounds.Count;

    protected override TimeSpan CallTimeout => TimeSpan.FromSeconds(2);
    protected override TimeSpan Lease => TimeSpan.FromSeconds(5);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _office = Build(DataSource);
    }

    public override async Task DisposeAsync()
    {
        PlatformLine.Mode = DatabaseLine.Mode = FaultMode.Pass;
        await base.DisposeAsync();
        await _office!.DisposeAsync();
        await _database!.DisposeAsync();
        await PlatformLine.DisposeAsync();
        await DatabaseLine.DisposeAsync();
    }

    public override Task PlanAsync() => _office!.GetRequiredService<ICatalogueChanged>().PlanAsync(CancellationToken.None);

    /// <summary>Waits until so many more rounds have broken off.</summary>
    public async Task UntilFailedAsync(int more)
    {
        var goal = FailedRounds + more;
        await UntilAsync(() => FailedRounds >= goal, () => $"{FailedRounds} of {goal} rounds broke off.");
    }

    public static async Task UntilAsync(Func<bool> condition, Func<string> story)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), story());
            await Task.Delay(50);
        }
    }

    protected override string PlatformAddress()
    {
        var address = new UriBuilder(Platform.BaseUrl);
        _platformLine = FaultProxy.To(address.Port);
        address.Port = _platformLine.Port;
        return address.Uri.ToString().TrimEnd('/');
    }

    protected override NpgsqlDataSource EngineDatabase()
    {
        var direct = new NpgsqlConnectionStringBuilder(DatabaseLogins.Derive(ConnectionString, DatabaseRole.Worker));
        _databaseLine = FaultProxy.To(direct.Port);
        direct.Port = _databaseLine.Port;
        direct.CommandTimeout = 3;
        direct.KeepAlive = 2;
        direct.Timeout = 3;
        return _database = NpgsqlDataSource.Create(DatabaseLink.Tuned(direct.ConnectionString));
    }

    protected override void ConfigureLogging(ILoggingBuilder logging) => logging.AddProvider(_failedRounds);
}

/// <summary>Counts the errors that loops and turns log.</summary>
internal sealed class FailedRounds : ILoggerProvider, ILogger
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is 1001 or 1003)
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Dispose()
    {
    }
}
