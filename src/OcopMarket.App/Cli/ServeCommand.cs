using System.CommandLine;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;

namespace OcopMarket.App.Cli;

/// <summary><c>./run</c> and <c>./run serve</c>: pages, worker and, in the demo, the simulated platforms, in one process.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> _roles = new("--roles")
    {
        Description = "What this process does: web, worker, sandbox; several with commas. Default: all three in the demo, web,worker otherwise.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<int?> _port = new("--port") { Description = "Port of the pages. Default 5080." };
    private static readonly Option<string?> _data = new("--data") { Description = "Folder of database, keys and simulated platforms. Default: data beside ./run." };
    private static readonly Option<bool> _empty = new("--empty") { Description = "A real installation: no sample, no simulated platforms." };

    public static Command Create()
    {
        var command = new Command("serve", "Pages and worker. Without settings it is a demo on the sample; with a database configured or --empty it is real.");
        AddTo(command);
        return command;
    }

    /// <summary>The root command serves too: <c>./run</c> alone, with the same options.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(_roles);
        command.Options.Add(_port);
        command.Options.Add(_data);
        command.Options.Add(_empty);
        command.SetAction(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = AppHome.At(parsed.GetValue(_data));
        var settings = Settings.Load(home, demo: false, []);
        SettingsCheck.Require(home, settings);
        var roles = RolesOf(parsed.GetValue(_roles)!, Roles.None);
        var isReal = parsed.GetValue(_empty) || !DatabaseStrings.Of(settings).IsEmpty || home.IsReal;
        if (!isReal && roles is not (Roles.None or (Roles.Web | Roles.Worker | Roles.Sandbox)))
        {
            throw new StartException(
                "The demo runs web, worker and sandbox in one process. To split the roles, set a database or use --empty.", ExitCodes.Usage);
        }

        return isReal
            ? await RealServer.RunAsync(
                home, settings, roles == Roles.None ? Roles.Web | Roles.Worker : roles, parsed.GetValue(_port), cancellationToken)
            : await DemoServer.RunAsync(home, settings, parsed.GetValue(_port), cancellationToken);
    }

    private static Roles RolesOf(string text, Roles otherwise)
    {
        var roles = Roles.None;
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            roles |= word switch
            {
                "web" => Roles.Web,
                "worker" => Roles.Worker,
                "sandbox" => Roles.Sandbox,
                _ => throw new StartException($"There is no role '{word}'. Roles are web, worker and sandbox, separated by commas.", ExitCodes.Usage),
            };
        }

        return roles == Roles.None ? otherwise : roles;
    }
}
