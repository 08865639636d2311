using Dapper;
using Npgsql;
using OcopMarket.Data.Migrations;

namespace OcopMarket.Data.Tenancy;

/// <summary>Makes the roles that the schema's rights and policies name. They belong to the server, not to one database: several programs may
/// make them at once.</summary>
internal static class DatabaseRoles
{
    private const int MostTries = 20;
    private const string Known = "SELECT rolname FROM pg_roles WHERE rolname = ANY(@names)";
    private const string MayMake = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user";

    /// <exception cref="MigrationException">They are missing, and this login may not make any; says what an administrator must run.</exception>
    public static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var names = DatabaseRole.All.Select(r => r.Name).ToArray();
        var known = await connection.QueryAsync<string>(new CommandDefinition(Known, new { names }, cancellationToken: cancellationToken));
        var missing = names.Except(known, StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var statements = string.Join(' ', missing.Select(n => $"CREATE ROLE {n};"));
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(MayMake, cancellationToken: cancellationToken)))
        {
            throw new MigrationException(
                "roles_missing",
                $"Tài khoản cơ sở dữ liệu này không được tạo vai trò; hãy để quản trị máy chủ chạy: {statements} rồi chạy lại.",
                $"This login may not make roles; have the server's administrator run: {statements} Then give the command again.");
        }

        foreach (var name in missing)
        {
            await OnceAsync(connection, $"CREATE ROLE {name}", cancellationToken);
        }
    }

    /// <summary>Another program that makes or changes the same role at the same moment is no fault.</summary>
    /// <param name="statement">Of this program: names are checked, passwords are not in it.</param>
    internal static async Task OnceAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: cancellationToken));
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
            {
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InternalError && tries < MostTries)
            {
                await Task.Delay(25 * tries, cancellationToken); // "tuple concurrently updated": the other one is done soon
            }
        }
    }
}
