using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Audit;

namespace OcopMarket.App.Cli;

/// <summary><c>./run audit verify</c> and <c>./run audit export FILE</c>: who did what, and whether anybody has changed it since.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Who did what, and whether anybody has changed it since: verify, export.") { Verify(), Export() };

    private static Option<string?> Data() => new("--data") { Description = "Folder of the installation. Default: data beside ./run." };

    private static Command Verify()
    {
        var head = new Option<string?>("--head") { Description = "A head that was written down elsewhere: NUMBER:HEX." };
        head.Validators.Add(r =>
        {
            if (r.GetValue(head) is { } text && AuditHead.TryParse(text) is null)
            {
                r.AddError("--head is a number, a colon and 64 hexadecimal digits, as audit verify prints it.");
            }
        });
        var json = new Option<bool>("--json") { Description = "Print {entries, waiting, head, fault} as JSON on standard output." };
        var data = Data();
        var command = new Command("verify", """
            Reads the whole audit, names the first entry that was changed, removed or put in, and prints the head. Write the head down elsewhere
            every day: with --head it shows also that nobody cut the end off or wrote everything anew.

            Exit codes: 0 everything fits; 1 it does not; 2 wrong arguments; 4 the key keys/audit.key is missing, no installation or no database.
            Example: ./run audit verify --head 1207:5be0...
            """)
        { head, json, data };
        command.SetAction((parsed, cancellationToken) => VerifyAsync(
            parsed.GetValue(data), parsed.GetValue(head) is { } text ? AuditHead.TryParse(text) : null, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = "File to make; it must not exist." };
        var data = Data();
        var command = new Command("export", """
            Writes the whole audit as lines of JSON: seq, mac, sealedAt, id, at, who, forProducer, mandate, what, before, after, from,
            correlation; times are UTC.

            Exit codes: 0 done; 2 wrong arguments; 4 the file exists or cannot be written, no installation or no database.
            Example: ./run audit export audit-2026-11.ndjson
            """)
        { file, data };
        command.SetAction((parsed, cancellationToken) => ExportAsync(parsed.GetValue(data), Path.GetFullPath(parsed.GetValue(file)!), cancellationToken));
        return command;
    }

    private static async Task<int> VerifyAsync(string? data, AuditHead? head, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var verdict = await new AuditCheck(installation.Database.Worker, KeyHome.Audit(installation.Home)).RunAsync(head, cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(verdict);
        }
        else
        {
            await Console.Out.WriteLineAsync(verdict.Fault ?? string.Create(
                CultureInfo.InvariantCulture, $"{verdict.Entries} entries fit, {verdict.Waiting} wait to be sealed. Head: {verdict.Head ?? "none yet"}"));
        }

        return verdict.Fault is null ? ExitCodes.Done : ExitCodes.NotReached;
    }

    private static async Task<int> ExportAsync(string? data, string path, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            await using var stream = new FileStream(path, options);
            var lines = await AuditExport.WriteAsync(installation.Database.Worker, stream, cancellationToken);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Wrote {lines} entries to {path}."));
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The audit cannot be written to {path} ({e.Message.TrimEnd('.')}). Name a file that does not exist, in a folder where this user may write.");
        }
    }
}
