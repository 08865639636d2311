using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Migrations;

/// <summary>Gives the logins their rights (<c>Schema/access.sql</c>), whole and in one transaction, when they or the schema changed.</summary>
internal static class AccessRights
{
    private const string Given = "SELECT value FROM setting WHERE key = 'access'";

    private const string Remember = """
        INSERT INTO setting (key, value, set_by) VALUES ('access', @mark, 'migrate')
        ON CONFLICT (key) DO UPDATE SET value = @mark, set_by = 'migrate', set_at = now()
        """;

    private static readonly string _sql = Read();

    /// <summary>Of the rights and of the last step they were given for.</summary>
    private static readonly string _mark = $"{SchemaScript.All[^1].Version}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_sql)))[..16]}";

    /// <param name="anew">The tables are others than those that were said to have them.</param>
    public static async Task GiveAsync(NpgsqlConnection connection, bool anew, CancellationToken cancellationToken)
    {
        if (!anew && await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Given, cancellationToken: cancellationToken)) == _mark)
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(_sql, transaction: transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(Remember, new { mark = _mark }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Read()
    {
        var assembly = typeof(AccessRights).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith(".Schema.access.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
