using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Backup;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;

namespace OcopMarket.App.Cli;

/// <summary><c>./run restore FILE</c>: a backup in the place of the database. The shops may hold what the backup has forgotten: each is read
/// whole before anything is sent to it again.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A file that ./run backup made." };
        var replace = new Option<bool>("--replace") { Description = "What the database holds now may go." };
        var json = new Option<bool>("--json") { Description = "Print {file, madeAt, program, tables, rows} as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("restore", """
            Puts a backup in the place of the database: all of it, or nothing. ./run serve must be stopped. Put the key file that belongs to the
            backup at keys/vault.key of the data folder first, and keys/audit.key and keys/erased.marks where you have them: whoever was erased since the
            backup is then erased again. Afterwards nothing is sent to any shop before the program has read the whole shop
            and found again what was made since the backup; ./run status shows how many shops are still to be read.

            Exit codes: 0 done; 2 wrong arguments; 4 no whole backup, the key is missing or another, the database is in use or holds data.
            Example: ./run restore /mnt/backup/ocop-2026-11-24.zip --data /var/lib/ocopmarket
            """)
        { file, replace, json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(replace), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? data, bool replace, bool json, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file);
        var header = await DatabaseRestore.ReadAsync(path, cancellationToken);
        var home = AppHome.At(data);
        await RequireKeyAsync(KeyHome.Of(Settings.Load(home, demo: false, []), home), header, cancellationToken);
        await using var installation = await Installation.OpenAsync(home, cancellationToken);
        if (installation.Mode == "demo")
        {
            throw new StartException("This database is a demo's. Name another one, or another folder with --data.");
        }

        installation.Database.Rest();
        var tables = await DatabaseRestore.RunAsync(
            installation.Database.OwnerString, path, replace, Settling(installation), new SubjectFile(home.ErasedFile).Read(), CommandActor.Of(), cancellationToken);
        home.MarkReal();
        var rows = tables.Sum(t => t.Rows);
        if (json)
        {
            await JsonOutput.WriteAsync(new { file = path, header.MadeAt, header.Program, tables = tables.Count, rows });
            return ExitCodes.Done;
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Restored {rows} rows of {tables.Count} tables as they were at {header.MadeAt:u}."));
        await Console.Out.WriteLineAsync(
            "Pull your sources before or right after the start, so that prices are today's. Nothing is sent to a shop before it was read whole; ./run status shows how far that is.");
        return ExitCodes.Done;
    }

    /// <summary>Nothing is replaced by what could not be opened afterwards.</summary>
    private static async Task RequireKeyAsync(KeyWrappers wrappers, BackupHeader header, CancellationToken cancellationToken)
    {
        var keys = header.Keys ?? [];
        if ((header.KeyMark is not null || keys.Any(k => k.Wrapper == wrappers.File.Name)) && !File.Exists(wrappers.File.File.Path))
        {
            throw new StartException(
                $"The shops' logins in this backup are sealed with a key that is not here. Put your copy of the key file at {wrappers.File.File.Path}, then give the command again.");
        }

        if (header.KeyMark is { } mark && wrappers.File.FirstMark != mark)
        {
            throw new StartException(
                $"The key file {wrappers.File.File.Path} is another one than the backup's logins are sealed with. Put the one there that belongs to the backup.");
        }

        foreach (var key in keys)
        {
            await wrappers.Of(key.Wrapper).UnwrapAsync(new(key.Wrapper, key.Version, key.Wrapped), key.Place, cancellationToken);
        }
    }

    private static Dictionary<string, TimeSpan> Settling(Installation installation)
    {
        using var services = new ServiceCollection().AddLogging()
            .AddMarketplaces(installation.Settings, installation.Home.ConfigFolder).BuildServiceProvider();
        var marketplaces = services.GetRequiredService<MarketplaceRegistry>();
        return marketplaces.Keys.ToDictionary(k => k.Value, k => marketplaces.Adapter(k).Capabilities.SettlingTime);
    }
}
