using OcopMarket.Core.Listings;

namespace OcopMarket.Core.Tests.Codebase;

/// <summary>What a marketplace must bring, and what every state must have.</summary>
public sealed class PlatformTests
{
    /// <summary>Named by their settings files; one that begins with an underscore is shared.</summary>
    public static IReadOnlyList<string> Platforms { get; } =
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "config", "marketplaces"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(n => !n.StartsWith('_')).Select(FolderOf).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Names => [.. Platforms];

    [Fact]
    public void Each_folder_of_an_adapter_has_its_settings_and_the_other_way_round() =>
        Assert.Equal(Platforms, Folders("Marketplaces", "Http"));

    [Fact]
    public void Each_folder_of_a_simulated_platform_has_its_adapter() =>
        Assert.Equal(Platforms, Folders("Sandbox", "Common"));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_platform_has_golden_bodies_and_a_conformance_class(string platform)
    {
        Assert.True(Directory.Exists(Path.Combine(SourceTree.Root, "tests", "golden", platform.ToLowerInvariant())));
        Assert.Contains(
            Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "tests", "OcopMarket.Marketplaces.Tests"), "*.cs"),
            f => File.ReadAllText(f).Contains($": MarketplaceConformance<{platform}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_adapter_s_folder_looks_like_the_next(string platform)
    {
        string[] parts = ["Adapter", "Client", "Models", "Mapping", "Errors", "Status", "Options"];
        var folder = Path.Combine(SourceTree.Folder("Marketplaces"), platform);

        Assert.DoesNotContain(parts.Select(p => $"{platform}{p}.cs"), f => !File.Exists(Path.Combine(folder, f)));
    }

    [Fact]
    public void The_pages_have_a_word_for_every_state()
    {
        var words = File.ReadAllText(Path.Combine(SourceTree.Folder("Web"), "Text", "StateWord.cs"));
        string[] dictionaries = [File.ReadAllText(Resource("Words.resx")), File.ReadAllText(Resource("Words.en.resx"))];
        foreach (var state in Enum.GetValues<ListingState>())
        {
            Assert.Contains($"ListingState.{state} =>", words, StringComparison.Ordinal);
            Assert.All(dictionaries, d => Assert.Contains($"name=\"state.{Words.Of(state)}\"", d, StringComparison.Ordinal));
        }
    }

    /// <summary>A folder spells the platform's name as its owner does: <c>woocommerce</c> is <c>WooCommerce</c>.</summary>
    private static string FolderOf(string key) =>
        Folders("Marketplaces", "Http").FirstOrDefault(f => string.Equals(f, key, StringComparison.OrdinalIgnoreCase)) ?? char.ToUpperInvariant(key[0]) + key[1..];

    private static string Resource(string name) => Path.Combine(SourceTree.Folder("Web"), "Text", name);

    private static IEnumerable<string> Folders(string project, string shared) =>
        Directory.GetDirectories(SourceTree.Folder(project)).Select(d => Path.GetFileName(d)!)
            .Where(n => n != shared && n is not ("bin" or "obj")).Order(StringComparer.Ordinal);
}
