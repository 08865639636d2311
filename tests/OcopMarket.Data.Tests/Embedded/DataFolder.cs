using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>A data folder of one test; what still runs for it is stopped at the end.</summary>
public sealed class DataFolder : IAsyncLifetime
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ocop-embedded-{Guid.NewGuid():N}");

    public string Server => System.IO.Path.Combine(Path, "postgres");
    public string Data => System.IO.Path.Combine(Server, "data");

    public EmbeddedPostgresOptions Options => OptionsFor(Path);

    /// <summary>A test, and what goes wrong in one, never installs anything on the machine.</summary>
    public static EmbeddedPostgresOptions OptionsFor(string folder) =>
        new() { DataRoot = folder, Flush = false, Sources = BinarySources.All & ~BinarySources.AptInstall };

    public Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(Options, CancellationToken.None);

    /// <summary>Whether a server of this folder runs.</summary>
    public async Task<bool> IsServedAsync() => await Postmaster.FindAsync(Data, CancellationToken.None) is not null;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (await Postmaster.FindAsync(Data, CancellationToken.None) is { } left)
        {
            await left.StopAsync(Data, TimeProvider.System);
        }

        ServerFolder.Clear(Path);
    }
}
