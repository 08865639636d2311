using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>One server for the tests of a class, in a data folder of its own, with the settings that people get.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    public EmbeddedPostgres Handle { get; private set; } = null!;

    public async Task InitializeAsync() => Handle = await EmbeddedPostgres.StartAsync(_folder.Options with { Flush = true }, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await Handle.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
