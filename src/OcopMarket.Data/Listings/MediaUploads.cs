using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Listings;

/// <summary>Which picture a platform already has, and the bytes of those it does not.</summary>
public sealed class MediaUploads(NpgsqlDataSource dataSource)
{
    private const string Save = """
        INSERT INTO media_upload (marketplace, scope, sha256, media_id, url) VALUES (@marketplace, @scope, @sha, @mediaId, @url)
        ON CONFLICT (marketplace, scope, sha256) DO UPDATE SET media_id = excluded.media_id, url = excluded.url, uploaded_at = now()
        """;

    private const string SaveAll = """
        INSERT INTO media_upload (marketplace, scope, sha256, media_id)
        SELECT @marketplace, @scope, n.sha, n.id FROM unnest(@hashes, @ids) n(sha, id) ORDER BY n.sha
        ON CONFLICT (marketplace, scope, sha256) DO UPDATE SET media_id = excluded.media_id, url = NULL, uploaded_at = now()
        WHERE media_upload.media_id <> excluded.media_id
        """;

    public async Task<Dictionary<string, string>> KnownAsync(
        string marketplace, string scope, string[] hashes, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Sha, string MediaId)>(new CommandDefinition(
            "SELECT sha256, media_id FROM media_upload WHERE marketplace = @marketplace AND scope = @scope AND sha256 = ANY(@hashes)",
            new { marketplace, scope, hashes },
            cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Sha, r => r.MediaId, StringComparer.Ordinal);
    }

    public async Task<MediaFile> FileAsync(string sha, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (type, content) = await connection.QuerySingleAsync<(string Type, byte[] Content)>(new CommandDefinition(
            "SELECT content_type, content FROM media WHERE sha256 = @sha", new { sha }, cancellationToken: cancellationToken));
        return new($"{sha[..16]}{(type == "image/png" ? ".png" : ".jpg")}", type, content, sha);
    }

    public async Task SaveAsync(
        string marketplace, string scope, string sha, UploadedMedia media, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Save, new { marketplace, scope, sha, mediaId = media.MediaId, url = media.Url }, cancellationToken: cancellationToken));
    }

    /// <summary>Ids that a platform gave to pictures which it fetched itself.</summary>
    public async Task SaveAllAsync(
        string marketplace, string scope, IReadOnlyCollection<KeyValuePair<string, string>> pictures, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SaveAll,
            new { marketplace, scope, hashes = pictures.Select(p => p.Key).ToArray(), ids = pictures.Select(p => p.Value).ToArray() },
            cancellationToken: cancellationToken));
    }

    /// <summary>The platform no longer knows these pictures: they are uploaded again with the next change.</summary>
    public async Task ForgetAsync(string marketplace, string scope, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM media_upload WHERE marketplace = @marketplace AND scope = @scope", new { marketplace, scope },
            cancellationToken: cancellationToken));
    }
}
