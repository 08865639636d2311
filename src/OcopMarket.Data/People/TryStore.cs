using System.Security.Cryptography;
using System.Text;
using Dapper;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>How often a name was tried, whether somebody bears it or not: nobody learns from a lock who has an account. Names are kept as
/// hashes.</summary>
public sealed class TryStore(PortalDatabase portal)
{
    /// <summary>Counted before the try is judged, so that tries at once cannot slip through together. A locked name is not touched: its time
    /// runs from the last try that counted, and a stranger cannot lock it for ever.</summary>
    private const string Take = """
        INSERT INTO identity.sign_in_try AS t (key, tries, at) VALUES (@key, 1, @now)
        ON CONFLICT (key) DO UPDATE SET tries = CASE WHEN t.at <= @now - @lockFor THEN 1 ELSE t.tries + 1 END, at = @now
        WHERE t.at <= @now - @lockFor OR t.tries < @most
        RETURNING tries
        """;

    /// <returns>Tries that counted by now, this one included; null: locked.</returns>
    public async Task<int?> TakeAsync(
        string what, int most, TimeSpan lockFor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            Take, new { key = Key(what), most, lockFor, now }, cancellationToken: cancellationToken));
    }

    /// <summary>The right one came: the count begins anew.</summary>
    public async Task ClearAsync(string what, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM identity.sign_in_try WHERE key = @key", new { key = Key(what) }, cancellationToken: cancellationToken));
    }

    private static byte[] Key(string what) => SHA256.HashData(Encoding.UTF8.GetBytes(what));
}
