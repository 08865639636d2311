using System.CommandLine;
using System.Globalization;
using Dapper;
using Npgsql;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.App.Cli;

/// <summary><c>./run migrate</c>: brings the database to this program's schema and says which steps that took.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print {database, version, applied[{version, name}], logins[{setting, statement}]} as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("migrate", """
            Brings the database to this program's version and makes the logins whose connection strings are configured; what this login may not
            make is printed for the server's administrator. Harmless when there is nothing to do.

            Exit codes: 0 done; 2 wrong arguments; 4 the database cannot be reached, or is newer than the program.
            Example: ./run migrate --data /var/lib/ocopmarket
            """)
        { json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenAsync(AppHome.At(data), cancellationToken);
        var database = installation.Database;
        var before = await AppliedAsync(database.OwnerSource, cancellationToken);
        await database.MigrateAsync(cancellationToken);
        var after = await AppliedAsync(database.OwnerSource, cancellationToken);
        var applied = after.ExceptBy(before.Select(s => s.Version), s => s.Version).ToList();
        var name = new NpgsqlConnectionStringBuilder(database.OwnerString).Database;
        var left = database.IsEmbedded ? [] : await LoginsAsync(database, cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(new { database = name, version = after[^1].Version, applied, logins = left });
            return ExitCodes.Done;
        }

        foreach (var step in applied)
        {
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Applied {step.Version:0000} {step.Name}"));
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Database {name} ({database.Description}) is at version {after[^1].Version}, {applied.Count} applied now."));
        if (left.Count > 0)
        {
            await Console.Out.WriteLineAsync("Have the server's administrator run, with passwords of your own, and set the connection strings:");
            foreach (var login in left)
            {
                await Console.Out.WriteLineAsync($"  {login.Statement}   -- {login.Setting}");
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>Makes the logins whose connection strings are configured.</summary>
    /// <returns>What somebody else must do for the rest.</returns>
    private static async Task<List<LoginToMake>> LoginsAsync(DatabaseHome database, CancellationToken cancellationToken)
    {
        var left = new List<LoginToMake>();
        foreach (var (role, key, text, isNeeded) in new[]
        {
            (DatabaseRole.Worker, DatabaseStrings.WorkerKey, database.Strings.Worker, true),
            (DatabaseRole.Web, DatabaseStrings.WebKey, database.Strings.Web, true),
            (DatabaseRole.ReadOnly, DatabaseStrings.ReadOnlyKey, database.Strings.ReadOnly, false),
        })
        {
            var statement = text is not null ? await DatabaseLogins.MakeAsync(database.OwnerString, text, role, cancellationToken)
                : isNeeded ? $"CREATE ROLE {role.Name}_login LOGIN PASSWORD '...' IN ROLE {role.Name};"
                : null;
            if (statement is not null)
            {
                left.Add(new(key, statement));
            }
        }

        return left;
    }

    private static async Task<List<SchemaStep>> AppliedAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var exists = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition("SELECT to_regclass('schema_version') IS NOT NULL", cancellationToken: cancellationToken));
        return exists
            ? (await connection.QueryAsync<SchemaStep>(new CommandDefinition(
                "SELECT version, name FROM schema_version ORDER BY version", cancellationToken: cancellationToken))).AsList()
            : [];
    }

    private sealed record LoginToMake(string Setting, string Statement);

    private sealed record SchemaStep(int Version, string Name);
}
