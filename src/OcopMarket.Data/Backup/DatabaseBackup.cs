using System.Data;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Backup;

/// <summary>Copies every table of one moment into one file, while the program goes on working. Hangfire's tables are only its clock and are
/// made anew.</summary>
public static class DatabaseBackup
{
    private const string Steps = "SELECT version, name, sha256 FROM schema_version ORDER BY version";

    /// <summary>People too, but not who is signed in: what was ended since must not come back.</summary>
    internal const string Columns = """
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname IN ('public', 'identity') AND c.relkind = 'r' AND c.relname <> 'schema_version'
          AND NOT (n.nspname = 'identity' AND c.relname IN ('session', 'link', 'sign_in_try', 'day_use', 'api_key'))
          AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname
        """;

    /// <param name="file">Must not exist; appears only when it is whole.</param>
    /// <param name="keyMark">See <see cref="BackupHeader"/>; used when a login is sealed without data keys.</param>
    /// <exception cref="BackupException">The file exists or cannot be written.</exception>
    public static async Task<IReadOnlyList<BackupTable>> WriteAsync(
        NpgsqlDataSource source, string file, string program, Func<string> keyMark, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            throw new BackupException($"The file {file} is there already. Name another one; a backup is never written over.");
        }

        var part = $"{file}.part";
        try
        {
            IReadOnlyList<BackupTable> tables;
            await using (var stream = Create(part))
            {
                tables = await WriteAsync(source, stream, program, keyMark, cancellationToken);
#pragma warning disable CA1849 // only this one reaches the disk
                stream.Flush(flushToDisk: true);
#pragma warning restore CA1849
            }

            File.Move(part, file, overwrite: false);
            return tables;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(
                $"The backup cannot be written to {file} ({e.Message.TrimEnd('.')}). Choose a folder with room where this user may write.", e);
        }
        finally
        {
            Remove(part);
        }
    }

    private static void Remove(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what must be told.
        }
    }

    /// <summary>Readable by its owner only: it holds names, telephone numbers and sealed logins.</summary>
    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }

    private static async Task<IReadOnlyList<BackupTable>> WriteAsync(
        NpgsqlDataSource source, Stream stream, string program, Func<string> keyMark, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var madeAt = await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("SELECT now()", cancellationToken: cancellationToken));
        var steps = (await connection.QueryAsync<BackupStep>(new CommandDefinition(Steps, cancellationToken: cancellationToken))).AsList();
        var former = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(VaultSql.HasFormer, cancellationToken: cancellationToken));
        var keys = (await connection.QueryAsync<DataKey>(new CommandDefinition(VaultSql.Live, cancellationToken: cancellationToken)))
            .DistinctBy(k => (k.Wrapper, k.Kek)).Select(k => new BackupKey(k.Wrapper, k.Kek, k.Place, k.Wrapped!)).ToList();
        var tables = (await connection.QueryAsync<TableColumns>(new CommandDefinition(Columns, cancellationToken: cancellationToken))).AsList();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        await WriteAsync(
            zip, BackupFormat.Header, new BackupHeader(BackupFormat.Version, program, madeAt, steps, former ? keyMark() : null, keys), cancellationToken);
        var written = new List<BackupTable>();
        foreach (var table in tables)
        {
            written.Add(await CopyAsync(connection, zip, table, cancellationToken));
        }

        await WriteAsync(zip, BackupFormat.Tables, written, cancellationToken);
        await moment.CommitAsync(cancellationToken);
        return written;
    }

    private static async Task<BackupTable> CopyAsync(
        NpgsqlConnection connection, ZipArchive zip, TableColumns table, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(BackupFormat.EntryOf(table.Name), CompressionLevel.Fastest).OpenAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var name = BackupFormat.Place(table.Name);
        var count = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition($"SELECT count(*) FROM {name}", cancellationToken: cancellationToken));
        await using var rows = await connection.BeginRawBinaryCopyAsync(
            $"COPY {name} ({BackupFormat.List(table.Columns)}) TO STDOUT (FORMAT binary)", cancellationToken);
        var (buffer, bytes) = (new byte[1 << 16], 0L);
        for (int read; (read = await rows.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            var piece = buffer.AsMemory(0, read);
            hash.AppendData(piece.Span);
            bytes += read;
            await entry.WriteAsync(piece, cancellationToken);
        }

        return new(table.Name, table.Columns, count, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task WriteAsync<T>(ZipArchive zip, string name, T value, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(entry, value, BackupFormat.Json, cancellationToken);
    }

    internal sealed record TableColumns
    {
        public string Name { get; init; } = "";
        public string[] Columns { get; init; } = [];
    }
}
