using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Npgsql;
using OcopMarket.App.Hosting;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces;

namespace OcopMarket.App.Cli;

/// <param name="Source">A file of <c>config</c>, environment, command line or default.</param>
internal sealed record EffectiveSetting(string Key, string Value, string Source, string Description);

/// <summary>A bucket of calls as the platform's file has it: calls per second and burst, for the whole platform, one login or one shop.</summary>
internal sealed record EffectiveLimit(string Name, string Scope, decimal PerSecond, int Burst, string Mark);

/// <param name="Contract">documented, provisional or unknown; only a documented one is used on a real host without a person's word.</param>
internal sealed record EffectiveMarketplace(
    string Key, string Name, string Contract, string? AcceptedBy, string? AcceptedOn, IReadOnlyList<EffectiveLimit> Limits);

/// <summary>What holds and who said so. Secrets never leave as they are.</summary>
/// <param name="profiles">With the times that hold where the platforms are called.</param>
internal sealed class EffectiveSettings(AppHome home, IConfigurationRoot settings, MarketplaceProfiles profiles)
{
    private const string Hidden = "***";
    private static readonly string[] _telling = ["password", "secret", "token", "key"];

    public IReadOnlyList<EffectiveSetting> All()
    {
        var known = SettingCatalogue.Of(profiles.Keys.Select(k => k.Value)).ToList();
        var keys = known.Select(e => e.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var others = settings.AsEnumerable()
            .Where(p => p.Value is not null && !keys.Contains(p.Key)
                && SettingCatalogue.Sections.Contains(p.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            .OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
            .Select(p => new EffectiveSetting(p.Key, Guarded(p.Key, p.Value!), SourceOf(p.Key) ?? "default", Described(p.Key)));
        return [Home(), .. known.Select(Of), .. others];
    }

    public IReadOnlyList<EffectiveMarketplace> Marketplaces() => [.. profiles.Keys.Select(key =>
    {
        var profile = profiles.Get(key);
        var section = settings.GetSection($"Marketplaces:{key.Value}");
        return new EffectiveMarketplace(
            key.Value, profile.Name, Words.Of(profile.Contract.Mark),
            section["AcceptedBy"] ?? profile.Contract.AcceptedBy,
            section["AcceptedOn"] ?? profile.Contract.AcceptedOn?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            [.. profile.Limits.Select(l => new EffectiveLimit(l.Name, l.Scope, l.PerSecond, l.Burst, Words.Of(l.Mark)))]);
    })];

    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(home.ConfigFolder, "*.json", SearchOption.AllDirectories)
            .Select(f => $"config/{Path.GetRelativePath(home.ConfigFolder, f).Replace('\\', '/')}")
            .Where(f => !f.StartsWith("config/samples/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private EffectiveSetting Of(SettingEntry entry)
    {
        if (SourceOf(entry.Key) is { } source)
        {
            return new(entry.Key, Shown(entry, settings[entry.Key] ?? ""), source, entry.Description);
        }

        var path = entry.Key.Split(':');
        if (path[0] == "Marketplaces")
        {
            var connection = profiles.Connection(new MarketplaceKey(path[1]));
            var inFile = connection.FirstOrDefault(p => string.Equals(p.Key, path[2], StringComparison.OrdinalIgnoreCase)).Value;
            return (inFile ?? Time(path[1], path[2])) is { } value
                ? new(entry.Key, value, $"config/marketplaces/{path[1]}.json", entry.Description)
                : new(entry.Key, entry.Otherwise ?? "", "default", entry.Description);
        }

        return new(entry.Key, entry.Otherwise ?? "", "default", entry.Description);
    }

    /// <summary>The times that hold where the platform is called: simulated ones answer faster.</summary>
    private string? Time(string marketplace, string name)
    {
        if (!profiles.Keys.Contains(new(marketplace)))
        {
            return null;
        }

        var profile = profiles.Get(new MarketplaceKey(marketplace));
        return name switch
        {
            "ReviewUsually" => profile.ReviewUsually.ToString("c"),
            "PollMoving" => profile.PollMoving.ToString("c"),
            "PollResting" => profile.PollResting.ToString("c"),
            _ => null,
        };
    }

    private static EffectiveSetting Home() => new(
        "OCOP_HOME", Environment.GetEnvironmentVariable("OCOP_HOME") ?? Environment.CurrentDirectory,
        Environment.GetEnvironmentVariable("OCOP_HOME") is null ? "default" : "environment", "folder that holds data unless --data names another");

    /// <returns>The last layer that has the key, even with an empty value; null: none.</returns>
    private string? SourceOf(string key) =>
        settings.Providers.Reverse().FirstOrDefault(p => p.TryGet(key, out _)) switch
        {
            JsonConfigurationProvider file => $"config/{Path.GetFileName(file.Source.Path)}",
            EnvironmentVariablesConfigurationProvider => "environment",
            null => null,
            _ => "command line",
        };

    private static string Shown(SettingEntry entry, string value) => entry.Kind switch
    {
        _ when value.Length == 0 => "",
        SettingKind.Secret => Hidden,
        SettingKind.Connection => WithoutPassword(value),
        _ => value,
    };

    private static string WithoutPassword(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            foreach (var key in parts.Keys.Where(k => k.Contains("password", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                parts[key] = Hidden;
            }

            return parts.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Hidden;
        }
    }

    private static string Guarded(string key, string value) =>
        value.Length > 0 && _telling.Any(t => key.Split(':')[^1].Contains(t, StringComparison.OrdinalIgnoreCase)) ? Hidden : value;

    private static string Described(string key) => key.Split(':') switch
    {
        ["Logging", ..] => "least level of messages: Trace, Debug, Information, Warning, Error, Critical or None",
        ["Sandbox", _, "ListLagSeconds"] => "how late a simulated platform's lists are, seconds",
        _ => "no part of the program reads this; look for a misspelling",
    };
}
