using System.CommandLine;
using System.Globalization;
using System.Reflection;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Backup;

namespace OcopMarket.App.Cli;

/// <summary><c>./run backup FILE</c>: everything of one moment in one file, while the program works on.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "File to make; it must not exist." };
        var json = new Option<bool>("--json") { Description = "Print {file, bytes, tables, rows, seconds} as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("backup", """
            Copies the whole database of one moment into one file. May run while ./run serve works; needs no other program.
            The key file keys/vault.key of the data folder is not in it: keep a copy of that apart, or the shops' logins cannot be opened.

            Exit codes: 0 done; 2 wrong arguments; 4 the file exists or cannot be written, or there is no installation.
            Example: ./run backup /mnt/backup/ocop-2026-11-24.zip
            """)
        { file, json, data };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return command;
    }

    internal static string Program { get; } =
        $"OcopMarket {typeof(BackupCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?"}";

    private static async Task<int> RunAsync(string file, string? data, bool json, CancellationToken cancellationToken)
    {
        var home = AppHome.At(data);
        if (!Installation.Exists(home))
        {
            throw new StartException($"There is no installation in {home.DataFolder} to copy; name its folder with --data.");
        }

        await using var installation = await Installation.OpenAsync(home, cancellationToken);
        if (installation.Mode == "demo")
        {
            throw new StartException("This is the demo; it is begun anew with ./run demo and needs no backup. Name a real installation with --data.");
        }

        await installation.RequireCurrentAsync(cancellationToken);
        var path = Path.GetFullPath(file);
        var start = TimeProvider.System.GetTimestamp();
        var wrappers = KeyHome.Of(installation.Settings, home);
        var tables = await DatabaseBackup.WriteAsync(
            installation.Database.OwnerSource, path, Program, () => wrappers.File.FirstMark, cancellationToken);
        var (bytes, rows) = (new FileInfo(path).Length, tables.Sum(t => t.Rows));
        var seconds = Math.Round(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 1);
        if (json)
        {
            await JsonOutput.WriteAsync(new { file = path, bytes, tables = tables.Count, rows, seconds });
            return ExitCodes.Done;
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Copied {rows} rows of {tables.Count} tables to {path} ({bytes / 1024.0 / 1024.0:0.0} MiB, {seconds} s)."));
        await Console.Out.WriteLineAsync(wrappers.Current == wrappers.File
            ? $"Keep a copy of {home.KeyFile} apart from it: without that file the shops must log in anew."
            : "Keep the key in Vault, and a backup of Vault itself: without it the shops must log in anew.");
        return ExitCodes.Done;
    }
}
