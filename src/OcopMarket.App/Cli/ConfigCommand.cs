using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;

namespace OcopMarket.App.Cli;

/// <summary><c>./run config</c>: every setting with its value, who said so and what it does. Starts nothing.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the settings as JSON, alone on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("config", """
            Every setting that holds, where it comes from and what it does; secrets are shown as ***. Wrong settings are named.

            A setting such as Web:Port is changed in config/appsettings.json or in the environment as Web__Port.
            JSON keys: mode, dataFolder, configFolder, settings[{key, value, source, description}],
            marketplaces[{key, name, contract, acceptedBy, acceptedOn, limits[{name, scope, perSecond, burst, mark}]}], files.
            Exit codes: 0 all can be used; 2 wrong arguments; 4 a setting or file is wrong.
            Example: Web__Port=8080 ./run config
            """)
        { json, data };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(data), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string? data, bool json)
    {
        var home = AppHome.At(data);
        var plain = Settings.Load(home, demo: false, []);
        // The same rule as serve has.
        var isReal = !DatabaseStrings.Of(plain).IsEmpty || home.IsReal;
        var settings = isReal ? plain : Settings.Load(home, demo: true, []);
        var effective = new EffectiveSettings(home, settings, SettingsCheck.Require(home, settings));
        var report = new ConfigReport(
            isReal ? "real" : "demo", home.DataFolder, home.ConfigFolder, effective.All(), effective.Marketplaces(), effective.Files());
        if (json)
        {
            await JsonOutput.WriteAsync(report);
        }
        else
        {
            Write(Console.Out, report);
        }

        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, ConfigReport report)
    {
        Line(output, $"Mode: {report.Mode}; data: {report.DataFolder}; shipped files: {report.ConfigFolder}");
        foreach (var setting in report.Settings)
        {
            Line(output, $"{setting.Key} = {(setting.Value.Length == 0 ? "(empty)" : setting.Value.ReplaceLineEndings(" "))}");
            Line(output, $"    {setting.Source}; {setting.Description}");
        }

        foreach (var marketplace in report.Marketplaces)
        {
            var accepted = marketplace.AcceptedBy is null ? "accepted by nobody" : $"accepted by {marketplace.AcceptedBy} on {marketplace.AcceptedOn ?? "?"}";
            Line(output, $"{marketplace.Name}: contract {marketplace.Contract}, {accepted}");
            foreach (var limit in marketplace.Limits)
            {
                Line(output, $"    limit {limit.Name}: {limit.PerSecond} calls a second, {limit.Burst} at once, per {limit.Scope} ({limit.Mark})");
            }
        }

        Line(output, $"Files: {string.Join(", ", report.Files)}");
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

internal sealed record ConfigReport(
    string Mode, string DataFolder, string ConfigFolder, IReadOnlyList<EffectiveSetting> Settings,
    IReadOnlyList<EffectiveMarketplace> Marketplaces, IReadOnlyList<string> Files);
