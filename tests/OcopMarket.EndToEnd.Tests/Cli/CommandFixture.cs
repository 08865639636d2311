using System.Text.Json;
using OcopMarket.Testing;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>A migrated database that the real program is told of by its environment: nothing is started for a test but the program.</summary>
public sealed class CommandFixture : PostgresFixture
{
    internal AppFolder Folder { get; } = new();

    internal Dictionary<string, string> Settings => PostgresServer.Settings(ConnectionString);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Folder.DisposeAsync();
    }

    internal Task<AppResult> RunAsync(params string[] arguments) => AppProcess.RunAsync(Folder, Settings, arguments);

    internal async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.Code == 0, result.Errors);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>What a refused input must not move.</summary>
    internal Task<string?> CountsAsync() => ScalarAsync<string>(
        """
        SELECT concat_ws('/', (SELECT count(*) FROM product), (SELECT count(*) FROM producer), (SELECT count(*) FROM source_row),
            (SELECT count(*) FROM source_row_revision), (SELECT count(*) FROM listing))
        """);
}
