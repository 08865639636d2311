using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace OcopMarket.Testing;

/// <summary>Row S45 for the whole suite: every secret that the simulated platforms give out, and every password of a test's person, has a mark.
/// Each fixture searches its database for the marks when its tests are done, each process what it has said, each visitor what he was shown.</summary>
public static partial class SuiteCanary
{
    /// <summary>As they are, and their first characters in hexadecimal, as PostgreSQL shows bytes.</summary>
    private const string Marks =
        "(pmt|vsl|vss|spa|spr|LZA|LZR)-[0-9a-f]{32}|mat-khau-thu|thuyen xuoi cho noi|(706d74|76736c|767373|737061|737072)2d[0-9a-f]{64}|6d61742d6b6861752d746875"
        // a shop's password or secret, the operator's keys
        + "|cs_[0-9a-f]{40}|63735f(3[0-9]|6[1-6]){40}|voso-[0-9a-f]{10}|766f736f2d(3[0-9]|6[1-6]){10}|ocop-test-(partner-key|app-secret)|6f636f702d746573742d(706172746e65722d6b6579|6170702d736563726574)";

    private const string Tables = """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'identity', 'hangfire') ORDER BY 1
        """;

    /// <exception cref="InvalidOperationException">A mark was found; says where, not what.</exception>
    public static void Check(string place, string? text)
    {
        if (text is not null && Marked().Match(text) is { Success: true } match)
        {
            var found = $"A secret was found in {place}, after: {text[Math.Max(0, match.Index - 160)..match.Index].ReplaceLineEndings(" ")}";
            Console.Error.WriteLine(found); // a class that fails in its end is named without its reason
            throw new InvalidOperationException(found);
        }
    }

    /// <summary>Every column of every table.</summary>
    /// <returns>Tables in which a secret stands in clear.</returns>
    public static async Task<IReadOnlyList<string>> SearchAsync(NpgsqlDataSource superuser)
    {
        await using var connection = await superuser.OpenConnectionAsync();
        var found = new List<string>();
        foreach (var table in (await connection.QueryAsync<string>(Tables)).ToList())
        {
            if (await connection.ExecuteScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ~ @Marks)", new { Marks }, commandTimeout: 120))
            {
                found.Add(table);
            }
        }

        return found;
    }

    [GeneratedRegex(Marks, RegexOptions.None, 10_000)]
    private static partial Regex Marked();
}
