namespace OcopMarket.Data.Embedded;

/// <summary>Who runs the server: ourselves, or, since PostgreSQL refuses root, the login <c>postgres</c> or <c>nobody</c>.</summary>
internal sealed record ServerUser(string? Name)
{
    private static readonly string[] Logins = ["postgres", "nobody"];

    public static ServerUser Choose()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerUser((string?)null);
        }

        var known = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return new ServerUser(Logins.FirstOrDefault(known.Contains) ?? throw new EmbeddedPostgresException(
            EmbeddedPostgresFault.NoRights,
            "PostgreSQL does not run as root and this system has neither a user postgres nor nobody: "
            + "start the program as an ordinary user, or create one with: useradd --system postgres."));
    }

    /// <summary>Gives a folder and all in it to the server's user; nothing to do for an ordinary user.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (Name is null)
        {
            return;
        }

        var given = await new Command("chown", "-R", Name + ":", folder).RunAsync(cancellationToken);
        if (!given.Ok)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoRights,
                $"The folder {folder} cannot be given to the user {Name} that runs PostgreSQL ({given.Reason}): "
                + "choose another data folder, or start the program as an ordinary user.");
        }
    }

    /// <summary>Whether the server's user gets through every parent folder and can do what <paramref name="right"/> says.</summary>
    /// <param name="right">As in <c>test</c>: <c>-x</c>, <c>-r</c> or <c>-w</c>.</param>
    public async Task<bool> CanAsync(string right, string path, CancellationToken cancellationToken) =>
        (await new Command("test", right, path) { User = Name }.RunAsync(cancellationToken)).Ok;
}
