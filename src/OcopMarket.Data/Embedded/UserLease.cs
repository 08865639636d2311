using System.Globalization;

namespace OcopMarket.Data.Embedded;

/// <summary>One user of a running server: a file in <c>users/</c> that is locked as long as the user lives.
/// Taken, given back and counted under the start lock only, so that the last one out knows that it is the last.</summary>
internal sealed class UserLease : IDisposable
{
    private readonly string _path;
    private readonly FileLock _lock;

    private UserLease(string path, FileLock @lock)
    {
        _path = path;
        _lock = @lock;
    }

    /// <param name="folder">The folder <c>users</c>; exists.</param>
    public static UserLease Take(string folder)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        var path = Path.Combine(folder, name);
        return new UserLease(path, FileLock.TryTake(path) ?? throw new IOException($"{path} cannot be locked"));
    }

    /// <summary>Whether somebody else still uses the server. Entries of processes that died are cleared away.</summary>
    public static bool AnyIn(string folder)
    {
        var any = false;
        foreach (var path in Directory.EnumerateFiles(folder).ToList())
        {
            using var free = FileLock.TryTake(path);
            if (free is null)
            {
                any = true;
            }
            else
            {
                File.Delete(path);
            }
        }

        return any;
    }

    public void Dispose()
    {
        File.Delete(_path);
        _lock.Dispose();
    }
}
