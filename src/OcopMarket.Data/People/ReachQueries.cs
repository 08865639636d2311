using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>Whether what a person is to reach exists, as far as the one who asks may see it.</summary>
public sealed class ReachQueries(ReadingDatabase database)
{
    private const string Units = "SELECT count(DISTINCT code) FROM admin_unit WHERE code = ANY (@codes)";

    /// <returns>Null: there is no such producer.</returns>
    public Task<string?> ProducerNameAsync(long id, CancellationToken cancellationToken) =>
        database.FirstAsync<string>("SELECT name FROM producer WHERE id = @id", new { id }, cancellationToken);

    public async Task<bool> AreUnitsAsync(IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        var asked = codes.Distinct(StringComparer.Ordinal).ToArray();
        return await database.FirstAsync<long>(Units, new { codes = asked }, cancellationToken) == asked.Length;
    }
}
