using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.Data.Embedded;

/// <summary>A server from the system's own packages: unpacked into the data folder (no root needed), or installed (root).</summary>
internal static partial class AptBinaries
{
    private static readonly string[] PackageNames = ["pkgnames", "postgresql-"];

    /// <summary>Fetches <c>postgresql-N</c> and the libraries that the system lacks, and unpacks them without installing.</summary>
    /// <param name="major">The version wanted; null: the newest on offer.</param>
    public static async Task<(Candidate? Place, string Reason)> DownloadAsync(
        int? major, ServerFolder folder, CancellationToken cancellationToken)
    {
        var work = Directory.CreateDirectory(Path.Combine(folder.Binaries, ".apt")).FullName;
        try
        {
            var (place, reason) = await DownloadWithAsync(new Apt(work, null), major, folder, cancellationToken);
            if (place is not null || reason.Length == 0)
            {
                return (place, reason);
            }

            // The system's package lists are empty or stale: lists of our own, which need no rights.
            var own = new Apt(work, Directory.CreateDirectory(Path.Combine(work, "lists")).FullName);
            var updated = await own.Run("update").RunAsync(cancellationToken);
            return updated.Ok
                ? await DownloadWithAsync(own, major, folder, cancellationToken)
                : (null, updated.ExitCode == Command.NotFound ? "apt-get is not installed" : $"apt-get update failed: {updated.Reason}");
        }
        catch (IOException broken)
        {
            return (null, broken.Message);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Changes the system, so only what is missing: nothing that is there is upgraded or removed.</summary>
    public static async Task<(Candidate? Place, string Reason)> InstallAsync(int? major, CancellationToken cancellationToken)
    {
        var updated = await new Command("apt-get", "-q", "update").RunAsync(cancellationToken);
        if (!updated.Ok)
        {
            return (null, updated.ExitCode == Command.NotFound ? "apt-get is not installed" : $"apt-get update failed: {updated.Reason}");
        }

        if (await NewestAsync(new Command("apt-cache", PackageNames), major, cancellationToken) is not { } version)
        {
            return (null, "no postgresql package of a version that can be used is on offer");
        }

        var bin = Invariant($"/usr/lib/postgresql/{version}/bin");
        if (Directory.Exists(bin))
        {
            return (null, Invariant($"postgresql-{version} is installed already"));
        }

        var install = new Command("apt-get", "-q", "install", "-y", "--no-install-recommends", "--no-upgrade", "--no-remove",
            Invariant($"postgresql-{version}"));
        var installed = await install.RunAsync(cancellationToken);
        return installed.Ok
            ? (new Candidate(bin, Invariant($"apt-get install postgresql-{version}")), "")
            : (null, $"apt-get install failed: {installed.Reason}");
    }

    public static Candidate? At(string folder)
    {
        var bin = Directory.Exists(Path.Combine(folder, "usr/lib/postgresql"))
            ? Directory.EnumerateDirectories(Path.Combine(folder, "usr/lib/postgresql")).Select(d => Path.Combine(d, "bin")).FirstOrDefault()
            : null;
        var libraries = Directory.EnumerateFiles(folder, "*.so*", SearchOption.AllDirectories)
            .Select(f => Path.GetDirectoryName(f)!)
            .Where(d => !d.Contains("/postgresql/", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
        return bin is null ? null : new Candidate(bin, $"fetched with apt-get ({Path.GetFileName(folder)})", string.Join(':', libraries));
    }

    private static async Task<(Candidate? Place, string Reason)> DownloadWithAsync(
        Apt apt, int? major, ServerFolder folder, CancellationToken cancellationToken)
    {
        if (await NewestAsync(apt.Cache(PackageNames), major, cancellationToken) is not { } version)
        {
            return (null, "no postgresql package of a version that can be used is on offer");
        }

        var server = Invariant($"postgresql-{version}");
        var plan = await apt.Run("install", "--simulate", "--no-install-recommends", server).RunAsync(cancellationToken);
        var lacking = NewLibrary().Matches(plan.Output).Select(m => m.Groups[1].Value).Where(IsNeeded);
        var fetched = await apt.Run(["download", server, "libpq5", .. lacking]).RunAsync(cancellationToken);
        if (!fetched.Ok)
        {
            return (null, $"apt-get download failed: {fetched.Reason}");
        }

        var unpacked = Path.Combine(apt.Work, "new");
        foreach (var package in Directory.EnumerateFiles(apt.Work, "*.deb"))
        {
            var done = await new Command("dpkg", "-x", package, unpacked).RunAsync(cancellationToken);
            if (!done.Ok)
            {
                return (null, $"dpkg -x failed: {done.Reason}");
            }
        }

        await PostgresBinaries.OpenForReadingAsync(unpacked, cancellationToken);
        var target = Path.Combine(folder.Binaries, Invariant($"apt-{version}"));
        ServerFolder.Clear(target);
        Directory.Move(unpacked, target);
        return (At(target), "");
    }

    private static async Task<int?> NewestAsync(Command listing, int? major, CancellationToken cancellationToken)
    {
        var names = await listing.RunAsync(cancellationToken);
        var versions = ServerName().Matches(names.Output)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .Where(v => v >= PostgresBinaries.OldestMajor && (major is null || v == major))
            .ToList();
        return versions.Count == 0 ? null : versions.Max();
    }

    /// <summary>The compiler behind the JIT weighs 100 MB and the JIT is off.</summary>
    private static bool IsNeeded(string package) =>
        !package.StartsWith("libllvm", StringComparison.Ordinal) && !package.StartsWith("libz3", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"^postgresql-(\d+)\r?$", RegexOptions.Multiline, 1000)]
    private static partial Regex ServerName();

    /// <summary>A library to be installed anew. One to be upgraded has its old version in brackets: it is there already.</summary>
    [GeneratedRegex(@"^Inst (lib(?!c6 |c-)\S+) \(", RegexOptions.Multiline, 1000)]
    private static partial Regex NewLibrary();

    /// <summary>apt-get for reading and downloading only: it takes no lock of the system and changes nothing there.</summary>
    /// <param name="Work">Where downloads land.</param>
    /// <param name="Lists">Package lists of our own; null: the system's.</param>
    private sealed record Apt(string Work, string? Lists)
    {
        private string[] Options =>
        [
            "-q", "-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=", "-o", $"Dir::Cache={Work}",
            .. Lists is null ? Array.Empty<string>() : ["-o", $"Dir::State::Lists={Lists}"],
        ];

        public Command Run(params string[] arguments) => new("apt-get", [.. Options, .. arguments]) { Folder = Work };

        public Command Cache(params string[] arguments) => new("apt-cache", [.. Options, .. arguments]) { Folder = Work };
    }
}
