using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.People;

/// <summary>The key that seals the key ring of sign-in. It lies in a file outside the database; the database holds a mark of it, so that a
/// process with another key, or none, says so instead of signing everybody out.</summary>
public static class RingKeyFile
{
    /// <summary>The letters "ring".</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(1919512167)";
    private const string Mark = "SELECT mark FROM identity.ring_mark";
    private const string KeepMark = "INSERT INTO identity.ring_mark (mark) VALUES (@mark)";

    /// <returns>32 bytes. Of processes that start at once one makes the file, under the database's lock, and all use that one.</returns>
    /// <exception cref="InvalidOperationException">The file is missing, damaged, or another one than the database was used with.</exception>
    public static async Task<byte[]> OpenAsync(string path, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Lock, transaction: transaction, cancellationToken: cancellationToken));
        var mark = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Mark, transaction: transaction, cancellationToken: cancellationToken));
        if (!File.Exists(path))
        {
            if (mark is not null)
            {
                throw new InvalidOperationException(
                    $"The key file {path} is missing, and second factors cannot be opened without it. Put it back from the backup.");
            }

            Create(path);
        }

        var key = new byte[32];
        if (!Convert.TryFromBase64String((await File.ReadAllTextAsync(path, cancellationToken)).Trim(), key, out var length) || length != key.Length)
        {
            throw new InvalidOperationException($"The key file {path} is damaged. Put it back from the backup.");
        }

        var own = Convert.ToHexStringLower(HMACSHA256.HashData(key, "key mark"u8))[..16];
        if (mark is null)
        {
            await connection.ExecuteAsync(new CommandDefinition(KeepMark, new { mark = own }, transaction, cancellationToken: cancellationToken));
        }
        else if (mark != own)
        {
            throw new InvalidOperationException(
                $"The key file {path} is not the one that this database was used with. Copy the file of the first web process, or put it back from the backup.");
        }

        await transaction.CommitAsync(cancellationToken);
        return key;
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
    }
}
