using System.Text.Json.Nodes;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Files of the working copy that the tests read.</summary>
internal static class Repository
{
    public static string Config => WorkingCopy.Config;

    public static string Golden(string platform, string file) => File.ReadAllText(Path.Combine(WorkingCopy.Root, "tests", "golden", platform, file));

    public static JsonNode GoldenJson(string platform, string file) => JsonNode.Parse(Golden(platform, file))!;
}
