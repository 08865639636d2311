using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Data.Embedded;

/// <summary>The server's own folder and where things lie in it.</summary>
internal sealed class ServerFolder
{
    private const UnixFileMode PassOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private ServerFolder(string root) => Root = root;

    public string Root { get; }
    public string Data => Path.Combine(Root, "data");
    public string NewData => Path.Combine(Root, "data.new");
    public string Password => Path.Combine(Root, "password");
    public string Log => Path.Combine(Root, "server.log");
    public string StartLock => Path.Combine(Root, "start.lock");
    public string Users => Path.Combine(Root, "users");
    public string Binaries => Path.Combine(Root, "binaries");

    /// <summary>The major version of the cluster, null where there is none yet.</summary>
    /// <exception cref="EmbeddedPostgresException">There is something, but no whole cluster.</exception>
    public int? Version()
    {
        if (!Directory.Exists(Data) || !Directory.EnumerateFileSystemEntries(Data).Any())
        {
            return null;
        }

        var file = Path.Combine(Data, "PG_VERSION");
        var whole = File.Exists(file) && File.Exists(Path.Combine(Data, "global", "pg_control"));
        return whole && int.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new EmbeddedPostgresException(EmbeddedPostgresFault.Damaged,
                $"The folder {Data} holds no whole PostgreSQL cluster: restore it from a backup, "
                + "or move it away to begin with an empty database.");
    }

    /// <summary>Makes the folder ready for writing; where the server's user cannot reach it, one elsewhere, which a note remembers.</summary>
    public static async Task<ServerFolder> OpenAsync(
        EmbeddedPostgresOptions options, ServerUser user, CancellationToken cancellationToken)
    {
        var dataRoot = Path.GetFullPath(options.DataRoot);
        try
        {
            dataRoot = Create(dataRoot);
            var note = Path.Combine(dataRoot, "postgres.elsewhere");
            if (File.Exists(note))
            {
                return Prepare((await File.ReadAllTextAsync(note, cancellationToken)).Trim());
            }

            var wanted = Prepare(Path.Combine(dataRoot, "postgres"));
            if (await user.CanAsync("-x", wanted.Root, cancellationToken))
            {
                return wanted;
            }

            var other = Prepare(await ElsewhereAsync(options, user, dataRoot, cancellationToken));
            await File.WriteAllTextAsync(note, other.Root, cancellationToken);
            options.Logger.Elsewhere(user.Name ?? "", wanted.Root, other.Root);
            return other;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoRights,
                $"The data folder {dataRoot} cannot be written to ({denied.Message}): give {Environment.UserName} the rights "
                + "to it, or choose another one with --data FOLDER.", denied);
        }
    }

    public static string ShortHash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];

    public static void Clear(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static ServerFolder Prepare(string root)
    {
        var folder = new ServerFolder(Create(root));
        Create(folder.Users);
        Create(folder.Binaries);
        var probe = Path.Combine(folder.Root, $".{Guid.NewGuid():N}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
        return folder;
    }

    private static async Task<string> ElsewhereAsync(
        EmbeddedPostgresOptions options, ServerUser user, string dataRoot, CancellationToken cancellationToken)
    {
        foreach (var parent in options.Elsewhere)
        {
            var folder = Path.Combine(parent, ShortHash(dataRoot));
            try
            {
                Create(parent);
                Create(folder);
            }
            catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
            {
                continue;
            }

            if (await user.CanAsync("-x", folder, cancellationToken))
            {
                return folder;
            }
        }

        throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoRights,
            $"The user {user.Name} that runs PostgreSQL cannot reach {dataRoot}: choose a data folder whose parents "
            + "it may pass through, for example --data /var/lib/ocopmarket/data.");
    }

    /// <summary>Creates a folder that others may pass through but not list; one that exists keeps its rights.</summary>
    /// <returns>The folder without symbolic links in its path, as the server's own command line names it.</returns>
    private static string Create(string path)
    {
        if (!Directory.Exists(path))
        {
            var missing = new Stack<string>();
            for (var at = path; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            {
                missing.Push(at);
            }

            foreach (var folder in missing)
            {
                Directory.CreateDirectory(folder);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(folder, PassOnly);
                }
            }
        }

        return RealPath(path);
    }

    private static string RealPath(string path)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }
}
