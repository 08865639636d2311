using Npgsql;
using OcopMarket.Data.Migrations;

namespace OcopMarket.Data.Reading;

public sealed record StoredPicture(string ContentType, byte[] Content);

/// <summary>What every page needs, pictures, and whether the database answers.</summary>
public sealed class PortalQueries(ReadingDatabase database, PortalDatabase portal)
{
    private const string Mode = "SELECT value FROM setting WHERE key = 'mode'";
    private const string Picture = "SELECT content_type, content FROM shown_picture(@sha256)";
    private const string Applied = "SELECT max(version)::int FROM schema_version";

    public async Task<bool> IsDemoAsync(CancellationToken cancellationToken) =>
        await database.FirstAsync<string>(Mode, null, cancellationToken) == "demo";

    /// <returns>Null: there is none, or no product and no listing shows it.</returns>
    public Task<StoredPicture?> PictureAsync(string sha256, CancellationToken cancellationToken) =>
        database.FirstAsync<StoredPicture>(Picture, new { sha256 }, cancellationToken);

    /// <summary>The database answers and has this program's schema, or that of the next one, whose steps only add.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = portal.Source.CreateCommand(Applied);
            return await command.ExecuteScalarAsync(cancellationToken) is int version && version >= SchemaScript.All[^1].Version;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
