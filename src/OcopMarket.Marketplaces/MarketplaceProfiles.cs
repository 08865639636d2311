using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;

namespace OcopMarket.Marketplaces;

/// <summary>All platforms' files, read and checked once at start.</summary>
public sealed class MarketplaceProfiles
{
    /// <summary>Rules that hold on every platform, beside the platforms' files: <c>forbiddenClaims</c>.</summary>
    public const string CommonRulesFile = "_rules.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new KeyAsText() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly FrozenDictionary<MarketplaceKey, MarketplaceProfile> _profiles;
    private readonly FrozenDictionary<MarketplaceKey, IReadOnlyDictionary<string, string?>> _connections;

    private readonly IReadOnlyList<ProfileFile> _files;

    private MarketplaceProfiles(IReadOnlyList<ProfileFile> files)
    {
        _files = files;
        _profiles = files.ToFrozenDictionary(f => f.Profile.Key, f => f.Profile);
        _connections = files.ToFrozenDictionary(f => f.Profile.Key, f => f.Connection);
    }

    public IEnumerable<MarketplaceKey> Keys => _profiles.Keys.OrderBy(k => k.Value, StringComparer.Ordinal);

    /// <summary>Reads and checks every file of a folder, for example <c>config/marketplaces</c>.</summary>
    /// <exception cref="ProfileException">One sentence for each fault of any file.</exception>
    public static MarketplaceProfiles Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ProfileException([$"The folder {folder} is missing: it must hold one file a platform."]);
        }

        var faults = new List<string>();
        var claims = ReadClaims(folder, faults);
        var files = Directory.EnumerateFiles(folder, "*.json").Where(f => !Path.GetFileName(f).StartsWith('_'))
            .Order(StringComparer.Ordinal).Select(f => Read(f, claims, faults)).OfType<ProfileFile>().ToList();
        return faults.Count > 0 ? throw new ProfileException(faults) : new MarketplaceProfiles(files);
    }

    /// <exception cref="KeyNotFoundException">There is no file for this platform.</exception>
    public MarketplaceProfile Get(MarketplaceKey key) => _profiles.TryGetValue(key, out var profile)
        ? profile
        : throw new KeyNotFoundException($"config/marketplaces/{key.Value}.json is missing.");

    /// <summary>The <c>connection</c> part of a file: the defaults of the platform's options, under their names.</summary>
    public IReadOnlyDictionary<string, string?> Connection(MarketplaceKey key) =>
        _connections.GetValueOrDefault(key) ?? new Dictionary<string, string?>();

    /// <summary>The same profiles with the times that hold where they are called: those of the file's <c>sandbox</c> part on a loopback
    /// host, and over both the settings <c>ReviewUsually</c>, <c>PollMoving</c> and <c>PollResting</c> of the platform's section, and the
    /// granted <c>Limits:NAME:PerSecond</c> and <c>Limits:NAME:Burst</c>, and <c>Categories:SET</c>, leaf categories that the operator has looked up.</summary>
    internal MarketplaceProfiles For(IConfiguration settings) => new([.. _files.Select(f => f with { Profile = Timed(f, settings) })]);

    private static MarketplaceProfile Timed(ProfileFile file, IConfiguration settings)
    {
        var section = settings.GetSection($"Marketplaces:{file.Profile.Key.Value}");
        var onSandbox = Uri.TryCreate(section["BaseUrl"], UriKind.Absolute, out var url) && url.IsLoopback;
        var times = (onSandbox ? file.Sandbox : null)
            ?? new ProfileTimes(file.Profile.ReviewUsually, file.Profile.PollMoving, file.Profile.PollResting);
        var (categories, suggested) = Categories(file.Profile, section.GetSection(nameof(MarketplaceProfile.Categories)));
        return file.Profile with
        {
            Categories = categories,
            SuggestedCategories = suggested,
            ReviewUsually = section.GetValue(nameof(ProfileTimes.ReviewUsually), times.ReviewUsually),
            PollMoving = section.GetValue(nameof(ProfileTimes.PollMoving), times.PollMoving),
            PollResting = section.GetValue(nameof(ProfileTimes.PollResting), times.PollResting),
            Drift = Drift(section.GetSection(nameof(MarketplaceProfile.Drift))),
            Limits = [.. file.Profile.Limits.Select(l => Limited(l, section.GetSection($"Limits:{l.Name}")))],
        };
    }

    /// <summary>What the operator wrote down is no suggestion of ours any more.</summary>
    private static (IReadOnlyDictionary<int, string> Categories, IReadOnlyList<int> Suggested) Categories(MarketplaceProfile profile, IConfigurationSection section)
    {
        var categories = profile.Categories.ToDictionary();
        var suggested = profile.SuggestedCategories.ToList();
        foreach (var entry in section.GetChildren().Where(e => !string.IsNullOrWhiteSpace(e.Value)))
        {
            if (!int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var set) || set is < 1 or > 26)
            {
                throw new ProfileException([$"{entry.Path}: the last part must be a criteria set, 1 to 26, the value the platform's leaf category."]);
            }

            categories[set] = entry.Value!;
            suggested.Remove(set);
        }

        return (categories, suggested);
    }

    private static DriftPolicy Drift(IConfigurationSection section)
    {
        var policy = new DriftPolicy(
            Answer(section, nameof(DriftPolicy.Price)), Answer(section, nameof(DriftPolicy.Stock)), Answer(section, nameof(DriftPolicy.Hidden)));
        return policy.Stock != DriftAnswer.Theirs
            ? policy
            : throw new ProfileException([$"{section.Path}:Stock is ask or ours: what stands there would not stay, the next edit sends our stock."]);
    }

    private static DriftAnswer Answer(IConfigurationSection section, string field) => section[field] switch
    {
        null or "" or "ask" => DriftAnswer.Ask,
        "ours" => DriftAnswer.Ours,
        "theirs" => DriftAnswer.Theirs,
        var other => throw new ProfileException([$"{section.Path}:{field} is '{other}'; write ask, ours or theirs."]),
    };

    // What the platform grants this operator may differ from what its sheet says.
    private static RateLimit Limited(RateLimit limit, IConfigurationSection section)
    {
        var perSecond = section.GetValue(nameof(RateLimit.PerSecond), limit.PerSecond);
        var burst = section.GetValue(nameof(RateLimit.Burst), limit.Burst);
        return perSecond > 0 && burst >= 1
            ? limit with { PerSecond = perSecond, Burst = burst }
            : throw new ProfileException([$"{section.Path}: PerSecond must be above 0 and Burst at least 1."]);
    }

    private static ProfileFile? Read(string path, IReadOnlyList<string> claims, List<string> faults)
    {
        var name = Path.GetFileName(path);
        try
        {
            var root = Parse(path);
            var connection = root["connection"] as JsonObject ?? [];
            var sandbox = root["sandbox"]?.Deserialize<ProfileTimes>(Json);
            root.Remove("connection");
            root.Remove("sandbox");
            var profile = root.Deserialize<MarketplaceProfile>(Json)!;
            profile = profile with { Rules = profile.Rules with { ForbiddenClaims = [.. claims, .. profile.Rules.ForbiddenClaims] } };
            faults.AddRange(ProfileChecks.Faults(profile, Path.GetFileNameWithoutExtension(path)).Select(f => $"{name}: {f}"));
            return new(profile, connection.ToDictionary(p => p.Key, p => p.Value?.ToString()), sandbox);
        }
        catch (JsonException e)
        {
            faults.Add($"{name}: {Where(e)} cannot be read ({FirstSentence(e.Message)}).");
            return null;
        }
    }

    private static IReadOnlyList<string> ReadClaims(string folder, List<string> faults)
    {
        var path = Path.Combine(folder, CommonRulesFile);
        try
        {
            return File.Exists(path) ? Parse(path).Deserialize<CommonRules>(Json)!.ForbiddenClaims : [];
        }
        catch (JsonException e)
        {
            faults.Add($"{CommonRulesFile}: {Where(e)} cannot be read ({FirstSentence(e.Message)}).");
            return [];
        }
    }

    private static JsonObject Parse(string path) =>
        JsonNode.Parse(
            File.ReadAllText(path), new JsonNodeOptions { PropertyNameCaseInsensitive = false },
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
        ?? throw new JsonException("The file must hold one object.");

    private static string Where(JsonException error) => error.Path is { Length: > 0 } path && path != "$" ? path : "the file";

    private static string FirstSentence(string message) => message.Split(" Path:", 2)[0].TrimEnd('.');

    private sealed record ProfileFile(
        MarketplaceProfile Profile, IReadOnlyDictionary<string, string?> Connection, ProfileTimes? Sandbox);

    private sealed record ProfileTimes(TimeSpan ReviewUsually, TimeSpan PollMoving, TimeSpan PollResting);

    private sealed record CommonRules(string Source, IReadOnlyList<string> ForbiddenClaims);

    private sealed class KeyAsText : JsonConverter<MarketplaceKey>
    {
        public override MarketplaceKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, MarketplaceKey value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
