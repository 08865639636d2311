using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Tenancy;

/// <summary>Logins with the role of one part of the program each.</summary>
public static partial class DatabaseLogins
{
    private const string Known = "SELECT pg_has_role(oid, @role, 'MEMBER') FROM pg_roles WHERE rolname = @user";
    private const string Stored = "SELECT CASE WHEN rolcanlogin THEN rolpassword END FROM pg_authid WHERE rolname = @user";
    private const string MayMake = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user";

    private const string Standing = """
        SELECT r.rolsuper AS is_superuser, r.rolbypassrls AS passes_by, pg_has_role(r.oid, @role, 'USAGE') AS has_role,
               EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS is_owner,
               EXISTS (SELECT FROM pg_roles o WHERE o.rolname = ANY(@others) AND pg_has_role(r.oid, o.oid, 'MEMBER')) AS has_more
        FROM pg_roles r WHERE r.rolname = current_user
        """;

    /// <summary>The logins of a server that is this program's own: named as their roles, with passwords that follow from its superuser's. To be
    /// made with <see cref="OwnAsync"/>.</summary>
    /// <returns>A connection string, with the password in it: never print it.</returns>
    public static string Derive(string superuser, DatabaseRole role)
    {
        var owner = new NpgsqlConnectionStringBuilder(superuser);
        var password = HMACSHA256.HashData(Encoding.UTF8.GetBytes(owner.Password ?? ""), Encoding.UTF8.GetBytes(role.Name));
        return new NpgsqlConnectionStringBuilder(superuser) { Username = role.Name, Password = Convert.ToHexStringLower(password) }.ConnectionString;
    }

    /// <summary>Makes the logins of <see cref="Derive"/>, or gives them their passwords again. Any number of programs at once.</summary>
    public static async Task OwnAsync(string superuser, CancellationToken cancellationToken)
    {
        await using var connection = SingleConnection.Create(superuser, "logins");
        await connection.OpenAsync(cancellationToken);
        await DatabaseRoles.EnsureAsync(connection, cancellationToken);
        foreach (var role in DatabaseRole.All)
        {
            var password = new NpgsqlConnectionStringBuilder(Derive(superuser, role)).Password!;
            var stored = await connection.ExecuteScalarAsync<string?>(
                new CommandDefinition(Stored, new { user = role.Name }, cancellationToken: cancellationToken));
            if (!ScramVerifier.Matches(stored, password))
            {
                await DatabaseRoles.OnceAsync(
                    connection, $"ALTER ROLE {role.Name} LOGIN PASSWORD '{ScramVerifier.Of(password)}'", cancellationToken);
            }
        }
    }

    /// <summary>Makes the login that a connection string names, with its password, unless it is there with the role.</summary>
    /// <returns>Null: it is there now; else what the server's administrator must run, without the password.</returns>
    public static async Task<string?> MakeAsync(string owner, string login, DatabaseRole role, CancellationToken cancellationToken)
    {
        var wanted = new NpgsqlConnectionStringBuilder(login);
        var user = wanted.Username ?? "";
        await using var connection = SingleConnection.Create(owner, "logins");
        await connection.OpenAsync(cancellationToken);
        var has = await connection.ExecuteScalarAsync<bool?>(
            new CommandDefinition(Known, new { user, role = role.Name }, cancellationToken: cancellationToken));
        var isRole = user == role.Name;
        if (has is true && !isRole)
        {
            return null;
        }

        if (!PlainName().IsMatch(user) || !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(MayMake, cancellationToken: cancellationToken)))
        {
            return has is null ? $"CREATE ROLE \"{user}\" LOGIN PASSWORD '...' IN ROLE {role.Name};"
                : isRole ? $"ALTER ROLE {user} LOGIN PASSWORD '...';"
                : $"GRANT {role.Name} TO \"{user}\";";
        }

        await DatabaseRoles.OnceAsync(
            connection,
            has is null ? $"CREATE ROLE {user} LOGIN PASSWORD '{ScramVerifier.Of(wanted.Password ?? "")}' IN ROLE {role.Name}"
                : isRole ? $"ALTER ROLE {user} LOGIN PASSWORD '{ScramVerifier.Of(wanted.Password ?? "")}'"
                : $"GRANT {role.Name} TO {user}",
            cancellationToken);
        return null;
    }

    /// <summary>Why a login must not be used for its part of the program: it sees or may do more than the part needs, or less.</summary>
    /// <returns>Null: it is right.</returns>
    public static async Task<string?> FaultAsync(NpgsqlDataSource source, DatabaseRole role, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var others = DatabaseRole.All.Where(r => r != role).Select(r => r.Name).ToArray();
        var standing = await connection.QuerySingleAsync<Login>(
            new CommandDefinition(Standing, new { role = role.Name, others }, cancellationToken: cancellationToken));
        return standing switch
        {
            { IsSuperuser: true } => "is a superuser, whom no row security holds back",
            { PassesBy: true } => "has BYPASSRLS, so that no row security holds it back",
            { IsOwner: true } => "owns the tables",
            { HasRole: false } => $"lacks the role {role.Name}",
            { HasMore: true } => $"has another part's role besides {role.Name}",
            _ => null,
        };
    }

    private sealed record Login
    {
        public bool IsSuperuser { get; init; }
        public bool PassesBy { get; init; }
        public bool HasRole { get; init; }
        public bool IsOwner { get; init; }
        public bool HasMore { get; init; }
    }

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]{0,62}\z", RegexOptions.None, 1000)]
    private static partial Regex PlainName();
}
