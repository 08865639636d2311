using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Vault;

namespace OcopMarket.App.Cli;

/// <summary><c>./run vault rotate</c> and <c>./run vault status</c>: the keys that shops' logins are sealed with.</summary>
internal static class VaultCommand
{
    public static Command Create() => new("vault", "The keys that the shops' logins are sealed with: status, rotate; and the operator's own logins: partner.") { Status(), Rotate(), VaultPartnerCommand.Create() };

    private static Option<string?> Data() => new("--data") { Description = "Folder of the installation. Default: data beside ./run." };

    private static Command Status()
    {
        var json = new Option<bool>("--json") { Description = "Print {logins, former, behind, retired, wrappings, partners} as JSON on standard output." };
        var data = Data();
        var command = new Command("status", """
            What is sealed with which keys, and the operator's own logins as far as they can be seen: last four characters and day. Looks only;
            no stored secret can be read back.

            JSON keys: logins, former (sealed as by the version before), behind (not yet with the newest key), retired (keys),
            wrappings[{wrapper, kek, keys, oldest}], partners[{marketplace, login, state, passwordTail, passwordAt, accessTail, accessAt,
            accessExpiresAt}]; times are UTC.
            Exit codes: 0 done; 2 wrong arguments; 4 there is no installation or no database.
            Example: ./run vault status
            """)
        { json, data };
        command.SetAction((parsed, cancellationToken) => StatusAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Rotate()
    {
        var withData = new Option<bool>("--data-keys") { Description = "New data keys too, and all logins sealed with them." };
        var json = new Option<bool>("--json") { Description = "Print {resumed, wrapper, kek, wrapped, sealed, retired} as JSON on standard output." };
        var data = Data();
        var command = new Command("rotate", """
            Makes a new version of the key-encryption key and wraps all data keys with it; with --data-keys also new data keys, and every login is
            sealed anew. Everything may work on meanwhile. Broken off, the same command goes on. Afterwards former versions open nothing any more:
            make a new copy of keys/vault.key, and keep the former copy as long as you keep backups of that time.

            After a change from a version without data keys: stop all processes of that version first.

            Exit codes: 0 done; 2 wrong arguments; 4 the key-encryption key cannot be reached, somebody else rotates, or a login cannot be opened.
            Example: ./run vault rotate --data-keys
            """)
        { withData, json, data };
        command.SetAction((parsed, cancellationToken) => RotateAsync(
            parsed.GetValue(data), parsed.GetValue(withData), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> StatusAsync(string? data, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var status = await VaultStatus.ReadAsync(installation.Database.Worker, cancellationToken);
        if (json)
        {
            var counts = status.Counts;
            await JsonOutput.WriteAsync(new { counts.Logins, counts.Former, counts.Behind, counts.Retired, status.Wrappings, status.Partners });
            return ExitCodes.Done;
        }

        foreach (var line in Lines(status))
        {
            await Console.Out.WriteLineAsync(line);
        }

        return ExitCodes.Done;
    }

    private static IEnumerable<string> Lines(VaultStatus status)
    {
        var (counts, culture) = (status.Counts, CultureInfo.InvariantCulture);
        yield return string.Create(culture, $"{counts.Logins} logins are sealed, {counts.Behind} of them not yet with the newest keys; {counts.Retired} keys are retired.");
        if (counts.Former > 0)
        {
            yield return string.Create(
                culture, $"{counts.Former} logins are sealed as by the version before. When no process of it runs any more: ./run vault rotate");
        }

        foreach (var w in status.Wrappings)
        {
            yield return string.Create(culture, $"{w.Keys} data keys under version {w.Kek} of the key-encryption key ({w.Wrapper}), the oldest of {w.Oldest:u}");
        }

        foreach (var p in status.Partners)
        {
            yield return string.Create(
                culture, $"{p.Marketplace} {p.Login}: {p.State}, password ...{p.PasswordTail ?? "****"} of {p.PasswordAt:u}, token ...{p.AccessTail ?? "****"} of {p.AccessAt:u}");
        }
    }

    private static async Task<int> RotateAsync(string? data, bool withData, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var (source, wrappers) = (installation.Database.Worker, KeyHome.Of(installation.Settings, installation.Home));
        await KeyHome.RequireAsync(source, wrappers, cancellationToken);
        using var keys = new DataKeys(source, wrappers, TimeProvider.System);
        var done = await new VaultRotation(source, keys, wrappers, new CredentialVault(source, keys, wrappers)).RunAsync(
            withData, CommandActor.Of(), cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(done);
            return ExitCodes.Done;
        }

        if (done.Resumed)
        {
            await Console.Out.WriteLineAsync("A rotation that had been broken off was brought to its end.");
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Version {done.Kek} of the key-encryption key ({done.Wrapper}) holds: {done.Wrapped} data keys wrapped anew, {done.Sealed} logins sealed anew, {done.Retired} data keys retired."));
        if (wrappers.Current == wrappers.File)
        {
            await Console.Out.WriteLineAsync(
                $"Make a new copy of {installation.Home.KeyFile} apart from the backups; keep the former copy as long as the backups of its time.");
        }

        return ExitCodes.Done;
    }
}
