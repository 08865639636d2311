using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Sync;

/// <summary>What platforms told us, kept once by the hash of the body. The portal's own login may do no more.</summary>
public sealed class WebhookReceipts(PortalDatabase portal)
{
    private const string Keep = """
        INSERT INTO webhook_receipt (marketplace, body_hash, hints, pending, match_at)
        VALUES (@marketplace, @hash, @count, @pending::jsonb, CASE WHEN @count > 0 THEN now() END)
        ON CONFLICT (marketplace, body_hash) DO NOTHING RETURNING true
        """;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <returns>False: the same body came before; nothing more is done.</returns>
    public async Task<bool> KeepAsync(
        string marketplace, string hash, IReadOnlyList<WebhookHint> items, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        var parameters = new { marketplace, hash, count = items.Count, pending = JsonSerializer.Serialize(items, _json) };
        await using var rows = await new StatementBatch(connection)
            .Add(Keep, parameters).Add("SELECT pg_notify('ocop_work', '')").ReadAsync(cancellationToken);
        return (await rows.NextAsync<bool>(cancellationToken)).Count == 1;
    }
}
