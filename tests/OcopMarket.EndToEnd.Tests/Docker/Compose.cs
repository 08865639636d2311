using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OcopMarket.EndToEnd.Tests.Docker;

/// <summary>One service of docker/compose.yaml, as far as a process without containers can be like it.</summary>
internal sealed record ComposeService(string Name, string? Image, string[] Command, IReadOnlyDictionary<string, string> Environment, string[] Volumes, int Replicas);

/// <summary>docker/compose.yaml, anchors and merged keys resolved.</summary>
internal static class Compose
{
    public static IReadOnlyDictionary<string, ComposeService> Read(string path)
    {
        using var file = File.OpenText(path);
        var whole = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(file)));
        return Map(whole["services"]).ToDictionary(s => s.Key, s => Service(s.Key, Map(s.Value)));
    }

    private static ComposeService Service(string name, Dictionary<string, object> keys) => new(
        name, keys.GetValueOrDefault("image") as string, List(keys.GetValueOrDefault("command")),
        Map(keys.GetValueOrDefault("environment")).ToDictionary(e => e.Key, e => (string)e.Value), List(keys.GetValueOrDefault("volumes")),
        Map(keys.GetValueOrDefault("deploy")).GetValueOrDefault("replicas") is string n ? int.Parse(n, System.Globalization.CultureInfo.InvariantCulture) : 1);

    private static string[] List(object? value) => value is List<object> items ? [.. items.Select(i => (string)i)] : [];

    private static Dictionary<string, object> Map(object? value) => value is Dictionary<object, object> map
        ? map.ToDictionary(p => (string)p.Key, p => p.Value)
        : [];
}
