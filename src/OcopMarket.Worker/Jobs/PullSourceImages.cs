using OcopMarket.Core.Catalog;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <summary>Pictures that lie beside a source's file. A path that leads out of its folder is a picture that is not there.</summary>
public static class PullSourceImages
{
    private const long MaxBytes = 64 * 1024 * 1024;

    public static ReadImage Beside(string sourceFile)
    {
        var folder = Path.GetFullPath(Path.GetDirectoryName(Path.GetFullPath(sourceFile))!);
        return (path, cancellationToken) => ReadAsync(folder, path, cancellationToken);
    }

    private static async Task<MediaBytes?> ReadAsync(string folder, string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(path))
        {
            return null;
        }

        var file = new FileInfo(Path.GetFullPath(Path.Combine(folder, path.Replace('\\', '/'))));
        var inside = file.FullName.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return inside && file.Exists && !IsLinked(file, folder) && file.Length <= MaxBytes
            ? new(await File.ReadAllBytesAsync(file.FullName, cancellationToken))
            : null;
    }

    /// <summary>A link on the way would lead out of the folder though the path does not.</summary>
    private static bool IsLinked(FileInfo file, string folder)
    {
        FileSystemInfo? step = file;
        for (; step is not null && step.FullName.Length > folder.Length; step = (step as FileInfo)?.Directory ?? (step as DirectoryInfo)?.Parent)
        {
            if (step.LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
