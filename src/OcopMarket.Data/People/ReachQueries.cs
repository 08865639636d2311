using Dapper;
using Npgsql;

namespace OcopMarket.Data.People;

/// <summary>Whether what a person is to reach exists.</summary>
public sealed class ReachQueries(NpgsqlDataSource dataSource)
{
    private const string Units = "SELECT count(DISTINCT code) FROM admin_unit WHERE code = ANY (@codes)";

    /// <returns>Null: there is no such producer.</returns>
    public async Task<string?> ProducerNameAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT name FROM producer WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    public async Task<bool> AreUnitsAsync(IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        var asked = codes.Distinct(StringComparer.Ordinal).ToArray();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            Units, new { codes = asked }, cancellationToken: cancellationToken)) == asked.Length;
    }
}
