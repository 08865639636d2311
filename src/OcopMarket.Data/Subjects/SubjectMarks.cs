using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Subjects;

/// <summary>By what an erased producer or shop is known again when a list or a backup brings it: HMAC-SHA256 over what named it, under a key made
/// from the audit's, which lies outside of the database. Who has the database alone cannot try names.</summary>
public sealed class SubjectMarks(AuditChain chain)
{
    private const string Any = "SELECT EXISTS (SELECT FROM subject_mark)";
    private const string Known = "SELECT mark FROM subject_mark WHERE mark = ANY(@marks)";

    /// <param name="key">Of the producer, as the catalogue has it.</param>
    internal static string Producer(string key) => $"producer\u001f{key}";

    internal static string Shop(string marketplace, string externalId) => $"shop\u001f{marketplace}\u001f{externalId}";

    /// <summary>A list without keys names somebody by name and unit.</summary>
    internal static string Name(string name, string? unit) => $"name\u001f{VietnameseText.Fold(name)}\u001f{unit}";

    /// <exception cref="Vault.VaultException">The key file is missing or damaged.</exception>
    internal byte[][] Of(IEnumerable<string> names)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, chain.Key(), 32, info: "subject marks"u8.ToArray());
        return [.. names.Select(n => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(n)))];
    }

    /// <summary>Those of the names that were erased. Where nobody was, the key is not asked for.</summary>
    internal async Task<HashSet<string>> ErasedAsync(
        NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Any, cancellationToken: cancellationToken)))
        {
            return [];
        }

        var asked = names.Distinct(StringComparer.Ordinal).ToArray();
        var marks = Of(asked);
        var known = (await connection.QueryAsync<byte[]>(new CommandDefinition(Known, new { marks }, cancellationToken: cancellationToken)))
            .Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return [.. asked.Where((_, i) => known.Contains(Convert.ToHexString(marks[i])))];
    }
}
