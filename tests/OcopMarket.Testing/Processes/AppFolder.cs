using OcopMarket.Data.Embedded;

namespace OcopMarket.Testing.Processes;

/// <summary>A home of the program in a temporary folder. Disposing stops a database that a killed program left there.</summary>
public sealed class AppFolder : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ocop-e2e-").FullName;
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>The shipped settings and samples, as the program sees them.</summary>
    public static string Config => System.IO.Path.Combine(AppContext.BaseDirectory, "config");

    /// <returns>The whole path.</returns>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(System.IO.Path.Combine(Data, "postgres", "data")))
        {
            // Joining and leaving as the last user stops a server that a killed program left running.
            var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataRoot = Data }, CancellationToken.None);
            await server.DisposeAsync();
        }

        Directory.Delete(Path, recursive: true);
    }
}
