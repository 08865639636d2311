using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Embedded;

/// <summary>Makes a new cluster: beside its place first, so that a kill on the way leaves nothing that looks like one.</summary>
internal static class Cluster
{
    public const string Superuser = "postgres";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <returns>Null when it is made, else why these programs could not make it.</returns>
    public static async Task<string?> MakeAsync(
        PostgresBinaries binaries, ServerFolder folder, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        NoSpace.ThrowIfBelow(options.MinimumFreeBytes, folder.Root);
        await WritePasswordAsync(folder.Password, cancellationToken);
        CommandResult made = new(1, "", "no locale was tried");
        foreach (var locale in LocaleArguments(options.Locales, binaries.Major))
        {
            ServerFolder.Clear(folder.NewData);
            Directory.CreateDirectory(folder.NewData);
            await binaries.User.OwnAsync(folder.Root, cancellationToken);
            string[] flush = options.Flushes ? [] : ["--no-sync"];
            made = await binaries.Tool("initdb", [
                "-D", folder.NewData, "-U", Superuser, "-A", "scram-sha-256", $"--pwfile={folder.Password}",
                "-E", "UTF8", "--text-search-config=simple", .. locale, .. flush]).RunAsync(cancellationToken);
            if (made.Ok)
            {
                ServerFolder.Clear(folder.Data);
                Directory.Move(folder.NewData, folder.Data);
                return null;
            }

            if (!(made.Error + made.Output).Contains("locale", StringComparison.Ordinal))
            {
                break;
            }
        }

        ServerFolder.Clear(folder.NewData);
        NoSpace.ThrowIfIn(made.Error + made.Output, folder.Root);
        return $"initdb failed: {made.Reason}";
    }

    /// <summary>Plain C folds only ASCII (lower('MẬT') would stay 'mẬt'). Where the system has no locale that will do, PostgreSQL's own.</summary>
    private static IEnumerable<string[]> LocaleArguments(IReadOnlyList<string> locales, int major) =>
        [.. locales.Select(l => new[] { $"--locale={l}" }),
            major >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                : ["--locale=C", "--locale-provider=icu", "--icu-locale=und"]];

    private static async Task WritePasswordAsync(string path, CancellationToken cancellationToken)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using var stream = new FileStream(path, options);
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync(Secrets.NewHex(20).AsMemory(), cancellationToken);
    }
}
