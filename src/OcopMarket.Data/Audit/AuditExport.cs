using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Audit;

/// <summary>The whole audit as lines of JSON, in the order of sealing, rows that wait for it last.</summary>
public static class AuditExport
{
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <returns>Lines written.</returns>
    public static async Task<long> WriteAsync(NpgsqlDataSource dataSource, Stream to, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(to, leaveOpen: true) { NewLine = "\n" };
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var lines = 0L;
        await foreach (var row in connection.QueryUnbufferedAsync<AuditRow>(AuditSql.All).WithCancellation(cancellationToken))
        {
            var line = new JsonObject
            {
                ["seq"] = row.Seq,
                ["mac"] = row.Mac is { } mac ? Convert.ToHexStringLower(mac) : null,
                ["sealedAt"] = row.SealedAt,
                ["id"] = row.Id,
                ["at"] = row.At,
                ["who"] = row.Actor,
                ["forProducer"] = row.ProducerId,
                ["mandate"] = row.MandateId,
                ["what"] = row.Action,
                ["before"] = row.Before is { } before ? JsonNode.Parse(before) : null,
                ["after"] = row.After is { } after ? JsonNode.Parse(after) : null,
                ["from"] = row.Origin,
                ["correlation"] = row.Correlation,
            };
            await writer.WriteLineAsync(line.ToJsonString(_json).AsMemory(), cancellationToken);
            lines++;
        }

        return lines;
    }
}
