using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.Data.Embedded;

/// <summary>The places where the usual packages put a server: Debian and Ubuntu, Fedora and the PGDG packages, Homebrew, Postgres.app, the path.</summary>
internal static partial class InstalledBinaries
{
    private static readonly string[] Versioned =
    [
        "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
        "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
    ];

    private static readonly string[] Plain = ["/usr/local/pgsql/bin", "/usr/bin"];

    /// <summary>Newest first, each once, whatever names lead to it.</summary>
    public static IEnumerable<Candidate> Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Versioned.SelectMany(Expand).OrderByDescending(NumberIn)
            .Concat(Plain).Concat(onPath)
            .Select(Place).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(bin => new Candidate(bin, $"installed in {bin}"));
    }

    /// <summary>The folders that match a pattern with one star in one of its parts.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var parent = pattern[..(pattern.LastIndexOf('/', star) + 1)];
        var end = pattern.IndexOf('/', star);
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern[parent.Length..end]).Select(found => found + pattern[end..])
            : [];
    }

    private static string? Place(string bin)
    {
        var postgres = new FileInfo(Path.Combine(bin, "postgres"));
        var real = postgres.Exists ? postgres.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? postgres.FullName : null;
        var folder = Path.GetDirectoryName(real);
        return folder is not null && File.Exists(Path.Combine(folder, "initdb")) ? folder : null;
    }

    private static int NumberIn(string path)
    {
        var number = Number().Match(path);
        return number.Success ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\d+", RegexOptions.None, 1000)]
    private static partial Regex Number();
}
