using System.Security.Cryptography;
using Dapper;
using Npgsql;
using OcopMarket.Data.Vault;

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
    /// <exception cref="VaultException">The file is missing, damaged, readable for others, or another one than the database was used with.</exception>
    public static async Task<byte[]> OpenAsync(string path, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Lock, transaction: transaction, cancellationToken: cancellationToken));
        var mark = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Mark, transaction: transaction, cancellationToken: cancellationToken));
        var file = new KeyFile(path, "second factors");
        file.Ensure(mayCreate: mark is null);
        var key = file.Read().Values.Last();
        var own = Convert.ToHexStringLower(HMACSHA256.HashData(key, "key mark"u8))[..16];
        if (mark is null)
        {
            await connection.ExecuteAsync(new CommandDefinition(KeepMark, new { mark = own }, transaction, cancellationToken: cancellationToken));
        }
        else if (mark != own)
        {
            throw new VaultException(
                $"The key file {path} is not the one that this database was used with. Copy the file of the first web process, or put it back from the backup.");
        }

        await transaction.CommitAsync(cancellationToken);
        return key;
    }
}
