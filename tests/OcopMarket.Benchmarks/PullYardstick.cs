using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace OcopMarket.Benchmarks;

/// <summary>The plain way: parse every line of the same file and copy its 12 columns into an unlogged table; compares nothing.</summary>
internal static class PullYardstick
{
    private static readonly string[] Texts =
        ["sku", "productName", "producerName", "province", "district", "commune", "description", "unit", "brand"];
    private static readonly string[] Numbers = ["priceVnd", "stockUnits", "weightGrams"];

    public static async Task<double> SecondsAsync(NpgsqlDataSource database, string file, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand(
            """
            DROP TABLE IF EXISTS plain;
            CREATE UNLOGGED TABLE plain (sku text, name text, producer text, province text, district text, commune text, description text,
                unit text, brand text, price int, stock int, weight int);
            CHECKPOINT
            """, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var watch = Stopwatch.StartNew();
        await using (var writer = await connection.BeginBinaryImportAsync("COPY plain FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
            {
                using var record = JsonDocument.Parse(line);
                await writer.StartRowAsync(cancellationToken);
                foreach (var name in Texts)
                {
                    await writer.WriteAsync(record.RootElement.GetProperty(name).GetString(), NpgsqlDbType.Text, cancellationToken);
                }

                foreach (var name in Numbers)
                {
                    await writer.WriteAsync(record.RootElement.GetProperty(name).GetInt32(), NpgsqlDbType.Integer, cancellationToken);
                }
            }

            await writer.CompleteAsync(cancellationToken);
        }

        return watch.Elapsed.TotalSeconds;
    }
}
