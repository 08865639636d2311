using Dapper;
using Hangfire.PostgreSql;
using Npgsql;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.Data.Migrations;

/// <summary>Brings a database to the schema of this program: numbered scripts, forward only, each in its own transaction, all under one
/// advisory lock, and Hangfire's tables under the same lock (its own installer takes none). Any number of processes may start at once.</summary>
public static class Migrator
{
    public const string HangfireSchema = "hangfire";
    private const int MostTries = 30;

    /// <exception cref="MigrationException">An applied script was changed, or the database is newer than the program.</exception>
    public static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await LockedAsync(connectionString, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(MigratorSql.CreateLedger, cancellationToken: cancellationToken));
        var applied = Check(await ReadAppliedAsync(connection, cancellationToken));
        foreach (var script in SchemaScript.All.Where(s => s.Version > applied))
        {
            await ApplyOnceFreeAsync(connection, script.Version, cancellationToken);
        }

        InstallClock(connection);
        await AccessRights.GiveAsync(connection, anew: applied == 0, cancellationToken);
    }

    /// <summary>One step in a transaction of its own. Processes of the version before may be at work: a step that waits for one of them too
    /// long, or in a circle, lets everybody pass and is begun anew.</summary>
    private static async Task ApplyOnceFreeAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(MigratorSql.WaitBriefly, transaction: transaction, cancellationToken: cancellationToken));
                await ApplyAsync(transaction, version - 1, version, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return;
            }
            catch (PostgresException e)
                when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable && tries < MostTries)
            {
                await transaction.RollbackAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * tries), cancellationToken);
            }
        }
    }

    /// <summary>A connection that holds the one lock under which a schema changes, until it is closed.</summary>
    internal static async Task<NpgsqlConnection> LockedAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(connectionString, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(MigratorSql.Lock, commandTimeout: 0, cancellationToken: cancellationToken));
        await DatabaseRoles.EnsureAsync(connection, cancellationToken);
        return connection;
    }

    /// <summary>Applies the steps above <paramref name="from"/> up to <paramref name="to"/> within the caller's transaction.</summary>
    internal static async Task ApplyAsync(NpgsqlTransaction transaction, int from, int to, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(MigratorSql.CreateLedger, transaction: transaction, cancellationToken: cancellationToken));
        foreach (var script in SchemaScript.All.Where(s => s.Version > from && s.Version <= to))
        {
            await connection.ExecuteAsync(new CommandDefinition(script.Sql, transaction: transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                MigratorSql.Record, new { script.Version, script.Name, script.Sha256 }, transaction, cancellationToken: cancellationToken));
        }
    }

    /// <summary>Hangfire's own tables.</summary>
    internal static void InstallClock(NpgsqlConnection connection) => PostgreSqlObjectsInstaller.Install(connection, HangfireSchema);

    /// <summary>Whether nothing is left to do. Writes nothing.</summary>
    /// <exception cref="MigrationException">See <see cref="MigrateAsync"/>.</exception>
    public static async Task<bool> IsCurrentAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(connectionString, cancellationToken);
        var exists = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(MigratorSql.LedgerExists, cancellationToken: cancellationToken));
        return exists && await connection.ExecuteScalarAsync<bool>(new CommandDefinition(MigratorSql.MayRead, cancellationToken: cancellationToken))
            && Check(await ReadAppliedAsync(connection, cancellationToken)) == SchemaScript.All[^1].Version;
    }

    /// <summary>A connection of our own: the lock ends with it, also when the process is killed; and a template database must have no
    /// pooled connection left.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 };
        var connection = SingleConnection.Create(settings.ConnectionString, "schema");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task<List<AppliedScript>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<AppliedScript>(new CommandDefinition(MigratorSql.Applied, cancellationToken: cancellationToken)))
        .AsList();

    /// <returns>The last version applied; 0 for an empty database.</returns>
    private static int Check(List<AppliedScript> applied)
    {
        var known = SchemaScript.All.ToDictionary(s => s.Version);
        foreach (var row in applied)
        {
            if (!known.TryGetValue(row.Version, out var script))
            {
                throw row.Version > SchemaScript.All[^1].Version ? Newer(row) : Missing(row);
            }

            if (script.Sha256 != row.Sha256)
            {
                throw Changed(row);
            }
        }

        return applied.Count == 0 ? 0 : applied[^1].Version;
    }

    private static MigrationException Newer(AppliedScript row) => new(
        "database_newer",
        $"Cơ sở dữ liệu đã ở phiên bản {row.Version} ({row.Name}), mới hơn chương trình này; hãy chạy bản chương trình mới hơn.",
        $"The database is at version {row.Version} ({row.Name}), newer than this program; run a newer program.");

    private static MigrationException Missing(AppliedScript row) => new(
        "script_missing",
        $"Cơ sở dữ liệu có bước {row.Version} ({row.Name}) mà chương trình này không có; hãy dùng đúng bản chương trình đã tạo ra nó.",
        $"The database has step {row.Version} ({row.Name}), which this program lacks; use the program that made it.");

    private static MigrationException Changed(AppliedScript row) => new(
        "script_changed",
        $"Bước {row.Version} ({row.Name}) đã bị sửa sau khi áp dụng; hãy khôi phục tệp cũ và viết thay đổi thành một bước mới.",
        $"Step {row.Version} ({row.Name}) was changed after it had been applied; restore the old file and write a new step.");

    private sealed record AppliedScript(int Version, string Name, string Sha256);
}

internal static class MigratorSql
{
    /// <summary>Released when the connection closes. The number is ours alone: the letters "ocop".</summary>
    public const string Lock = "SELECT pg_advisory_lock(1868787568)";

    /// <summary>Whoever waits for a table keeps all others from it.</summary>
    public const string WaitBriefly = "SET LOCAL lock_timeout = '3s'";

    public const string CreateLedger = """
        CREATE TABLE IF NOT EXISTS schema_version (
            version int PRIMARY KEY,
            name text NOT NULL,
            sha256 text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now())
        """;

    public const string LedgerExists = "SELECT to_regclass('schema_version') IS NOT NULL AND to_regnamespace('hangfire') IS NOT NULL";

    /// <summary>A schema from before the logins knows nothing of them.</summary>
    public const string MayRead = "SELECT has_table_privilege('schema_version', 'SELECT')";

    public const string Applied = "SELECT version, name, sha256 FROM schema_version ORDER BY version";

    public const string Record = "INSERT INTO schema_version (version, name, sha256) VALUES (@Version, @Name, @Sha256)";
}
