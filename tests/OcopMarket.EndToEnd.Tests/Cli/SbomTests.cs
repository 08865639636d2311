using System.Text.Json;
using OcopMarket.EndToEnd.Tests.Docker;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>Row S56: what the program says it is made of is what its lock file allows.</summary>
public sealed class SbomTests : IAsyncLifetime
{
    private readonly AppFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.DisposeAsync().AsTask();

    [Fact]
    public async Task The_bill_of_materials_names_each_locked_package_by_version_and_hash_and_what_needs_it()
    {
        var printed = await AppProcess.RunAsync(_folder, null, "sbom");
        Assert.True(printed.Code == 0, printed.Errors);
        using var bom = JsonDocument.Parse(printed.Output);
        Assert.Equal(("CycloneDX", "1.6"), (bom.RootElement.GetProperty("bomFormat").GetString(), bom.RootElement.GetProperty("specVersion").GetString()));
        var components = bom.RootElement.GetProperty("components").EnumerateArray().ToList();
        var packages = components.Where(c => c.TryGetProperty("purl", out _))
            .Select(c => $"{c.GetProperty("purl").GetString()} {c.GetProperty("hashes")[0].GetProperty("content").GetString()}");
        using var locked = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Image.Repository, "src", "OcopMarket.App", "packages.lock.json")));
        var allowed = locked.RootElement.GetProperty("dependencies").EnumerateObject().First().Value.EnumerateObject()
            .Where(p => p.Value.GetProperty("type").GetString() != "Project" && !p.Name.EndsWith(".Analyzers", StringComparison.Ordinal)) // of the build alone
            .Select(p => $"pkg:nuget/{p.Name}@{p.Value.GetProperty("resolved").GetString()} {Convert.ToHexStringLower(Convert.FromBase64String(p.Value.GetProperty("contentHash").GetString()!))}");
        Assert.Equal(allowed.Order(StringComparer.OrdinalIgnoreCase), packages.Order(StringComparer.OrdinalIgnoreCase));

        var references = components.Select(c => c.GetProperty("bom-ref").GetString()).Append(bom.RootElement.GetProperty("metadata").GetProperty("component").GetProperty("bom-ref").GetString()).ToHashSet();
        foreach (var dependency in bom.RootElement.GetProperty("dependencies").EnumerateArray())
        {
            Assert.Contains(dependency.GetProperty("ref").GetString(), references);
            Assert.All(dependency.GetProperty("dependsOn").EnumerateArray(), d => Assert.Contains(d.GetString(), references));
        }
    }
}
