using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;

namespace OcopMarket.App.Cli;

/// <summary>Whether the settings can be used, before anything is started with them. A wrong value is named by its key, never printed.</summary>
internal static partial class SettingsCheck
{
    /// <exception cref="StartException">A setting is wrong: which one and what it must be.</exception>
    /// <exception cref="ProfileException">A file of a marketplace is wrong.</exception>
    /// <returns>The platforms' files with the times that hold under these settings.</returns>
    public static MarketplaceProfiles Require(AppHome home, IConfiguration settings)
    {
        var profiles = MarketplaceProfiles.Load(Path.Combine(home.ConfigFolder, "marketplaces"));
        foreach (var entry in SettingCatalogue.Of(profiles.Keys.Select(k => k.Value)))
        {
            if (settings[entry.Key] is { Length: > 0 } value && Fault(entry, value) is { } must)
            {
                throw new StartException(
                    $"The setting {entry.Key} must be {must}; correct it in the settings file or in the environment ({entry.Key.Replace(":", "__", StringComparison.Ordinal)}).");
            }
        }

        RequireLease(settings, profiles);
        OpenIdHome.Read(settings);
        return RequireOptions(home, settings);
    }

    /// <summary>A lease that ends during a call lets another worker take the shop while the first still waits for the answer.</summary>
    private static void RequireLease(IConfiguration settings, MarketplaceProfiles profiles)
    {
        var lease = settings.GetValue("Worker:Lease", TaskQueue.DefaultLease);
        foreach (var key in profiles.Keys)
        {
            var timeout = settings.GetValue<TimeSpan?>($"Marketplaces:{key.Value}:CallTimeout")
                ?? TimeSpan.Parse(profiles.Connection(key).GetValueOrDefault("callTimeout") ?? "00:00:15", CultureInfo.InvariantCulture);
            if (lease <= timeout)
            {
                throw new StartException(
                    $"The setting Worker:Lease must be longer than Marketplaces:{key.Value}:CallTimeout ({timeout:c}); make the lease longer or the calls shorter.");
            }
        }
    }

    /// <summary>What the platforms' own options demand: ranges, addresses, an accepted contract.</summary>
    private static MarketplaceProfiles RequireOptions(AppHome home, IConfiguration settings)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(settings).AddSingleton(TimeProvider.System);
        services.AddMarketplaces(settings, home.ConfigFolder);
        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetService<IStartupValidator>()?.Validate();
            return provider.GetRequiredService<MarketplaceProfiles>();
        }
        catch (OptionsValidationException e)
        {
            throw Refused(e);
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is OptionsValidationException first)
        {
            throw Refused(first);
        }
    }

    /// <summary>An own sentence as it is; a broken range or a missing value in the framework's words, with the whole key.</summary>
    private static StartException Refused(OptionsValidationException error)
    {
        var failure = error.Failures.First();
        var section = error.OptionsType.Name.Replace("Options", "", StringComparison.Ordinal);
        return new(Annotation().Match(failure) is { Success: true } match
            ? $"The setting Marketplaces:{section}:{match.Groups[1].Value} is wrong: {match.Groups[2].Value}"
            : failure);
    }

    [GeneratedRegex("members: '(\\w+)' with the error: '(.+)'\\.$", RegexOptions.None, 1000)]
    private static partial Regex Annotation();

    private static string? Fault(SettingEntry entry, string value) => entry.Kind switch
    {
        SettingKind.Number when !long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            || number < entry.Least || number > entry.Most =>
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {entry.Least} to {entry.Most}"),
        SettingKind.Switch when !bool.TryParse(value, out _) => "true or false",
        SettingKind.Word when !entry.Words.Contains(value, StringComparer.Ordinal) => string.Join(" or ", entry.Words),
        SettingKind.Secret when value.Length < entry.Least =>
            string.Create(CultureInfo.InvariantCulture, $"at least {entry.Least} characters long"),
        SettingKind.Duration when !TimeSpan.TryParseExact(value, ["c", "g", "G"], CultureInfo.InvariantCulture, out var time) || time < TimeSpan.Zero =>
            "a time such as 00:00:15",
        SettingKind.Day when !DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
            "a day such as 2026-01-31",
        SettingKind.Address when !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") =>
            "an http or https address",
        _ => null,
    };
}
