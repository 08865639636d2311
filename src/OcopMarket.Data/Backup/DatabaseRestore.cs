using System.Data;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Migrations;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Backup;

/// <summary>Puts a backup in the place of what a database holds: all of it in one transaction, or nothing. Afterwards nothing is sent to any
/// shop before it was read whole, because the shops may hold what the backup does not know.</summary>
public static class DatabaseRestore
{
    private const string Others = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        """;

    private const string Used = """
        SELECT to_regclass('public.seller_account') IS NOT NULL
           AND (xpath('/row/n/text()', query_to_xml('SELECT (SELECT count(*) FROM public.source) + (SELECT count(*) FROM public.seller_account) AS n',
                false, true, '')))[1]::text::bigint > 0
        """;

    private const string Empty = """
        DROP SCHEMA IF EXISTS public CASCADE;
        DROP SCHEMA IF EXISTS identity CASCADE;
        DROP SCHEMA IF EXISTS hangfire CASCADE;
        CREATE SCHEMA public
        """;

    private const string References = """
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
               CASE m.nspname WHEN 'public' THEN '' ELSE m.nspname || '.' END || f.relname AS needs
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_namespace m ON m.oid = f.relnamespace
        WHERE k.contype = 'f' AND n.nspname IN ('public', 'identity') AND c.oid <> f.oid
        """;

    private const string HasMarks = """
        SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'subject_mark' AND column_name = 'stays')
        """;

    private const string Marks = "SELECT mark FROM subject_mark WHERE stays";

    private const string Back = """
        INSERT INTO subject_mark (mark, stays, is_back) SELECT DISTINCT unnest(@marks), true, true ON CONFLICT (mark) DO UPDATE SET stays = true, is_back = true
        """;

    private const string Closed = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity";

    private const string Identities = """
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name, a.attname::text AS column
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname IN ('public', 'identity') AND c.relkind = 'r' AND a.attidentity <> ''
        """;

    /// <summary>Reads what a backup says of itself, and whether it is whole.</summary>
    /// <exception cref="BackupException">Not a backup, or cut.</exception>
    public static async Task<BackupHeader> ReadAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = Open(file);
        using var zip = Unzip(stream, file);
        await ReadAsync<List<BackupTable>>(zip, BackupFormat.Tables, file, cancellationToken);
        return await ReadAsync<BackupHeader>(zip, BackupFormat.Header, file, cancellationToken);
    }

    /// <param name="replace">The database holds data, and they may go.</param>
    /// <param name="erased">Marks of people who were erased, of this installation's file: the backup may bring them back. Those that the database
    /// which goes knows of are added.</param>
    /// <param name="settling">Per platform, how long after the last call a reading of a shop can be trusted.</param>
    /// <exception cref="BackupException">Nothing was changed; says what to do.</exception>
    public static async Task<IReadOnlyList<BackupTable>> RunAsync(
        string connectionString, string file, bool replace, IReadOnlyDictionary<string, TimeSpan> settling, IReadOnlyList<byte[]> erased,
        Actor by, CancellationToken cancellationToken)
    {
        await using var stream = Open(file);
        using var zip = Unzip(stream, file);
        var header = await ReadAsync<BackupHeader>(zip, BackupFormat.Header, file, cancellationToken);
        var tables = await ReadAsync<List<BackupTable>>(zip, BackupFormat.Tables, file, cancellationToken);
        Check(header, file);
        await using var connection = await Migrator.LockedAsync(connectionString, cancellationToken);
        await RequireFreeAsync(connection, replace, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var marks = erased.Concat(await MarksAsync(transaction, cancellationToken)).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(Empty, transaction: transaction, cancellationToken: cancellationToken));
        await Migrator.ApplyAsync(transaction, 0, header.Schema[^1].Version, cancellationToken);
        await LoadAsync(transaction, zip, tables, file, cancellationToken);
        await Migrator.ApplyAsync(transaction, header.Schema[^1].Version, int.MaxValue, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Back, new { marks }, transaction, cancellationToken: cancellationToken));
        await ShopSweeps.GateAsync(transaction, settling, cancellationToken);
        await AuditLog.WriteAsync(
            transaction, new(by, "database.restore") { After = new { header.MadeAt, header.Program, file = Path.GetFileName(file), rows = tables.Sum(t => t.Rows) } },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Migrator.InstallClock(connection);
        await AccessRights.GiveAsync(connection, anew: true, cancellationToken);
        return tables;
    }

    /// <summary>Also of an erasure under way, which the backup may not know of.</summary>
    private static async Task<IEnumerable<byte[]>> MarksAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(HasMarks, transaction: transaction, cancellationToken: cancellationToken))
            ? await transaction.Connection!.QueryAsync<byte[]>(new CommandDefinition(Marks, transaction: transaction, cancellationToken: cancellationToken))
            : [];

    private static void Check(BackupHeader header, string file)
    {
        if (header.Format != BackupFormat.Version)
        {
            throw new BackupException($"The backup {file} has format {header.Format}, which this program does not know; use a newer program.");
        }

        if (header.Schema.Count == 0)
        {
            throw Damaged(file);
        }

        foreach (var step in header.Schema)
        {
            var known = SchemaScript.All.FirstOrDefault(s => s.Version == step.Version)
                ?? throw new BackupException(
                    $"The backup {file} was made by a newer program ({header.Program}, schema {step.Version}); restore it with that program or a newer one.");
            if (known.Sha256 != step.Sha256)
            {
                throw new BackupException(
                    $"The backup {file} was made under another step {step.Version} ({step.Name}) of the schema than this program has; restore it with the program that made it, {header.Program}.");
            }
        }
    }

    private static async Task RequireFreeAsync(NpgsqlConnection connection, bool replace, CancellationToken cancellationToken)
    {
        // A connection that our own command just closed takes a moment to go.
        for (var tries = 0; await connection.ExecuteScalarAsync<long>(new CommandDefinition(Others, cancellationToken: cancellationToken)) > 0; tries++)
        {
            if (tries == 20)
            {
                throw new BackupException(
                    "Somebody is working on this database. Stop ./run serve and every worker, then give the command again.");
            }

            await Task.Delay(100, cancellationToken);
        }

        if (!replace && await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Used, cancellationToken: cancellationToken)))
        {
            throw new BackupException(
                "This database holds sources or shops already. Name an empty one, or say --replace when they may all go (make a backup of them first).");
        }
    }

    private static async Task LoadAsync(
        NpgsqlTransaction transaction, ZipArchive zip, List<BackupTable> tables, string file, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            $"TRUNCATE {string.Join(", ", tables.Select(t => BackupFormat.Place(t.Name)))} CASCADE", // what the steps themselves put in
            transaction: transaction, cancellationToken: cancellationToken));
        var closed = (await connection.QueryAsync<string>(
            new CommandDefinition(Closed, transaction: transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);
        foreach (var table in await OrderedAsync(transaction, tables, cancellationToken))
        {
            var name = BackupFormat.Place(table.Name);
            // The counters come with the backup; their triggers would count everything twice. Nobody copies into a table that is closed to him.
            await connection.ExecuteAsync(new CommandDefinition(
                $"ALTER TABLE {name} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY", transaction: transaction, cancellationToken: cancellationToken));
            await CopyAsync(connection, zip, table, name, file, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                $"ALTER TABLE {name} ENABLE TRIGGER USER{(closed.Contains(table.Name) ? ", FORCE ROW LEVEL SECURITY" : "")}", transaction: transaction, cancellationToken: cancellationToken));
        }

        foreach (var (name, column) in await connection.QueryAsync<(string, string)>(
            new CommandDefinition(Identities, transaction: transaction, cancellationToken: cancellationToken)))
        {
            var (table, quoted) = (BackupFormat.Place(name), BackupFormat.Quote(column));

            // The portal's own source bears the last number that there is: counted from it, there would be none for the next list.
            var drawn = $"FROM {table}{(name == "source" ? $" WHERE id <> {PortalSource.Number}" : "")}";
            await connection.ExecuteAsync(new CommandDefinition(
                $"SELECT setval(pg_get_serial_sequence(@table, @column), greatest((SELECT max({quoted}) {drawn}), 1), EXISTS (SELECT {drawn}))",
                new { table, column }, transaction, cancellationToken: cancellationToken));
        }

        await connection.ExecuteAsync(new CommandDefinition("ANALYZE", transaction: transaction, commandType: CommandType.Text, cancellationToken: cancellationToken));
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection, ZipArchive zip, BackupTable table, string name, string file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sql = $"COPY {name} ({BackupFormat.List(table.Columns)}) FROM STDIN (FORMAT binary)";
        try
        {
            // Opening reads the entry's own head, which may be what was damaged.
            await using var entry = await (zip.GetEntry(BackupFormat.EntryOf(table.Name)) ?? throw Damaged(file)).OpenAsync(cancellationToken);
            await using var rows = await connection.BeginRawBinaryCopyAsync(sql, cancellationToken);
            var buffer = new byte[1 << 16];
            for (int read; (read = await entry.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                await rows.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != table.Sha256)
            {
                await rows.CancelAsync();
                throw Damaged(file);
            }

            await rows.DisposeAsync();
            var count = await connection.ExecuteScalarAsync<long>(
                new CommandDefinition($"SELECT count(*) FROM {name}", cancellationToken: cancellationToken));
            if (count != table.Rows)
            {
                throw Damaged(file);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file, e);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("42", StringComparison.Ordinal))
        {
            throw Damaged(file, e);
        }
    }

    /// <summary>A table after those that it refers to.</summary>
    private static async Task<IReadOnlyList<BackupTable>> OrderedAsync(
        NpgsqlTransaction transaction, List<BackupTable> tables, CancellationToken cancellationToken)
    {
        var needs = (await transaction.Connection!.QueryAsync<(string Name, string Needs)>(
            new CommandDefinition(References, transaction: transaction, cancellationToken: cancellationToken))).ToLookup(r => r.Name, r => r.Needs);
        var (ordered, waiting) = (new List<BackupTable>(), tables.ToList());
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(t => !needs[t.Name].Any(n => waiting.Any(w => w.Name == n))).ToList();
            if (ready.Count == 0)
            {
                throw new InvalidOperationException($"Tables refer to each other in a circle: {string.Join(", ", waiting.Select(w => w.Name))}.");
            }

            ordered.AddRange(ready);
            waiting.RemoveAll(ready.Contains);
        }

        return ordered;
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup {file} cannot be read ({e.Message.TrimEnd('.')}). Name a file that ./run backup made.", e);
        }
    }

    private static ZipArchive Unzip(Stream stream, string file)
    {
        try
        {
            return new(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file, e);
        }
    }

    private static async Task<T> ReadAsync<T>(ZipArchive zip, string name, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var entry = await (zip.GetEntry(name) ?? throw Damaged(file)).OpenAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync<T>(entry, BackupFormat.Json, cancellationToken) ?? throw Damaged(file);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Damaged(file, e);
        }
    }

    private static BackupException Damaged(string file, Exception? inner = null) => new(
        $"The file {file} is no whole backup: it was cut, changed, or is something else. Nothing was changed; use another copy.", inner);
}
