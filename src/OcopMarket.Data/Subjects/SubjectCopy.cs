using System.IO.Compression;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Data.Retention;

namespace OcopMarket.Data.Subjects;

/// <summary>All that is stored of one producer or household, for them: a ZIP with <c>data.json</c> ({producer, account, madeAt, tables: {name: {purpose,
/// keptDays, rows}}}; keptDays is absent where the rows go with the thing itself) and the pictures and signed papers as files. Sealed secrets and what shows other people are not in it.</summary>
public static class SubjectCopy
{
    private const string People = """
        SELECT jsonb_build_object('name', name, 'user_name', user_name, 'email', email, 'phone_number', phone_number, 'created_at', created_at)::text
        FROM identity.person WHERE scope = @scope ORDER BY id
        """;

    private static readonly JsonWriterOptions _json = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="transaction">Of a login that may see it; row security narrows what is found.</param>
    /// <param name="producer">Or null: <paramref name="account"/> is the shop of a household outside the catalogue.</param>
    /// <param name="people">Whether this login reads the portal's people.</param>
    /// <param name="output">Written once, from front to end.</param>
    public static async Task WriteAsync(
        NpgsqlTransaction transaction, long? producer, long? account, bool people, RetentionPeriods periods, DateTimeOffset madeAt, Stream output, CancellationToken cancellationToken)
    {
        var rows = await SubjectRows.FindAsync(transaction, producer, account, cancellationToken);
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await using (var entry = await zip.CreateEntry("data.json").OpenAsync(cancellationToken))
        {
            await using var json = new Utf8JsonWriter(entry, _json);
            json.WriteStartObject();
            json.WriteNumber("producer", producer ?? 0);
            json.WriteNumber("account", account ?? 0);
            json.WriteString("madeAt", madeAt);
            json.WriteStartObject("tables");
            foreach (var table in SubjectTables.All.Where(t => t.Shown is not null).Reverse())
            {
                await TableAsync(json, table.Name, table.Copy, rows.Parameters);
            }

            if (people && producer is not null)
            {
                await TableAsync(json, "identity.person", People, new { scope = Core.People.DataScope.Producer(producer.Value).Text });
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        await FilesAsync(transaction, zip, "SELECT content FROM media WHERE sha256 = @name", rows.Pictures, "pictures", cancellationToken);
        await FilesAsync(transaction, zip, "SELECT content FROM mandate_evidence WHERE sha256 = @name", rows.Papers, "papers", cancellationToken);

        async Task TableAsync(Utf8JsonWriter json, string name, string sql, object parameters)
        {
            var known = TableRegistry.All.Single(t => t.Name == name);
            json.WriteStartObject(name);
            json.WriteString("purpose", known.Purpose);
            if (known.Kept != Period.Standing)
            {
                json.WriteNumber("keptDays", (int)periods.Of(known.Kept).TotalDays);
            }

            json.WriteStartArray("rows");
            await foreach (var row in transaction.Connection!.QueryUnbufferedAsync<string>(sql, parameters, transaction, 300).WithCancellation(cancellationToken))
            {
                json.WriteRawValue(row);
                if (json.BytesPending > 1 << 16)
                {
                    await json.FlushAsync(cancellationToken);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static async Task FilesAsync(
        NpgsqlTransaction transaction, ZipArchive zip, string sql, string[] names, string folder, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            if (await transaction.Connection!.ExecuteScalarAsync<byte[]?>(
                new CommandDefinition(sql, new { name }, transaction, cancellationToken: cancellationToken)) is { } content)
            {
                await using var file = await zip.CreateEntry($"{folder}/{name}{Extension(content)}").OpenAsync(cancellationToken);
                await file.WriteAsync(content, cancellationToken);
            }
        }
    }

    /// <summary>By the first bytes; both kinds of files were checked when they were stored.</summary>
    private static string Extension(byte[] content) => content switch
    {
        [0xFF, 0xD8, ..] => ".jpg",
        [0x89, (byte)'P', ..] => ".png",
        [(byte)'%', (byte)'P', ..] => ".pdf",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => ".webp",
        _ => "",
    };
}
