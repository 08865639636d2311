using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.Data.Embedded;

/// <summary>Where a PostgreSQL might be, before anybody has tried it.</summary>
/// <param name="Bin">The folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</param>
/// <param name="From">For people: where it comes from.</param>
/// <param name="Libraries">Folders with its shared libraries, joined by colons, when they are not where the system looks.</param>
internal sealed record Candidate(string Bin, string From, string? Libraries = null);

/// <summary>Programs of a PostgreSQL that answered to <c>--version</c> as the user that will run them.</summary>
internal sealed partial record PostgresBinaries(Candidate Place, ServerUser User, int Major, string Version)
{
    /// <summary>The oldest major version that our SQL runs on (MERGE, NULLS NOT DISTINCT).</summary>
    public const int OldestMajor = 15;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    public string From => Place.From;

    public Command Tool(string name, params string[] arguments) =>
        new(Path.Combine(Place.Bin, name), arguments) { User = User.Name, Libraries = Place.Libraries };

    /// <returns>The programs, or the reason why they cannot be used.</returns>
    public static async Task<(PostgresBinaries? Binaries, string Reason)> ProbeAsync(
        Candidate place, ServerUser user, ServerFolder folder, CancellationToken cancellationToken)
    {
        if (Programs.FirstOrDefault(p => !File.Exists(Path.Combine(place.Bin, p))) is { } missing)
        {
            return (null, $"{Path.Combine(place.Bin, missing)} does not exist");
        }

        if (!await user.CanAsync("-x", Path.Combine(place.Bin, "postgres"), cancellationToken))
        {
            place = await CopyAsync(place, folder, cancellationToken);
        }

        var binaries = new PostgresBinaries(place, user, 0, "");
        var told = await binaries.Tool("postgres", "--version").RunAsync(cancellationToken);
        var version = VersionText().Match(told.Output);
        if (!told.Ok || !version.Success)
        {
            return (null, told.Reason);
        }

        var major = int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture);
        return major < OldestMajor
            ? (null, $"version {version.Value} is too old, {OldestMajor} or newer is needed")
            : (binaries with { Major = major, Version = version.Value }, "");
    }

    /// <summary>Copies programs out of a folder that the server's user may not enter, say under <c>/root</c>.</summary>
    private static async Task<Candidate> CopyAsync(Candidate place, ServerFolder folder, CancellationToken cancellationToken)
    {
        var bin = place.Bin.TrimEnd('/');
        var from = Path.GetDirectoryName(bin)!;
        var copy = Path.Combine(folder.Binaries, "copy-" + ServerFolder.ShortHash(from));
        Directory.CreateDirectory(copy);
        foreach (var part in new[] { bin, Path.Combine(from, "lib"), Path.Combine(from, "share") }.Where(Directory.Exists))
        {
            await new Command("cp", "-a", part, copy).RunAsync(cancellationToken);
        }

        await OpenForReadingAsync(copy, cancellationToken);
        return place with { Bin = Path.Combine(copy, Path.GetFileName(bin)) };
    }

    /// <summary>Lets every user read a folder of programs, whatever the umask was.</summary>
    public static Task<CommandResult> OpenForReadingAsync(string folder, CancellationToken cancellationToken) =>
        new Command("chmod", "-R", "a+rX", folder).RunAsync(cancellationToken);

    [GeneratedRegex(@"(\d+)(\.\d+|devel|beta\d+|rc\d+)", RegexOptions.None, 1000)]
    private static partial Regex VersionText();
}
