using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Dapper;
using Npgsql;
using OcopMarket.Core.People;

namespace OcopMarket.Data.Audit;

/// <param name="Action">A word for the thing and one for what was done: <c>hold.release</c>.</param>
public sealed record AuditEntry(Actor By, string Action)
{
    public long? ProducerId { get; init; }
    public long? MandateId { get; init; }

    /// <summary>Written as JSON: a <see cref="Core.Marketplaces.Secret"/> in it stays <c>***</c>.</summary>
    public object? Before { get; init; }

    /// <inheritdoc cref="Before"/>
    public object? After { get; init; }
}

/// <summary>Writes down what somebody changes, in the transaction that changes it: both or neither.</summary>
public static class AuditLog
{
    private const string Insert = """
        INSERT INTO audit (actor, producer_id, mandate_id, action, before, after, origin, correlation)
        VALUES (@Name, @ProducerId, @MandateId, @Action, @before::jsonb, @after::jsonb, @From, @Correlation)
        """;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static Task WriteAsync(NpgsqlTransaction transaction, AuditEntry entry, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Insert,
            new
            {
                entry.By.Name,
                entry.ProducerId,
                entry.MandateId,
                entry.Action,
                before = Json(entry.Before),
                after = Json(entry.After),
                entry.By.From,
                entry.By.Correlation,
            },
            transaction, cancellationToken: cancellationToken));

    /// <summary>For what changes outside of the database.</summary>
    public static async Task WriteAsync(NpgsqlDataSource dataSource, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await WriteAsync(transaction, entry, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, _json);
}
