using System.Text;
using Npgsql;
using NpgsqlTypes;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>Binary COPY into the staging tables of <see cref="CatalogueSql.CreateStaging"/>.</summary>
internal static class Staging
{
    public static async Task CopyMetAsync(
        NpgsqlConnection connection, IReadOnlyList<StagedRow> rows, UInt128 seed, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync(CatalogueSql.CopyMet, cancellationToken);
        for (var seq = 0; seq < rows.Count; seq++)
        {
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(seq, NpgsqlDbType.Integer, cancellationToken);
            await WriteIdentityAsync(writer, rows[seq], seed, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    public static async Task CopyRowsAsync(
        NpgsqlConnection connection, IReadOnlyList<StagedRow> rows, UInt128 seed, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync(CatalogueSql.CopyStaged, cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            await WriteIdentityAsync(writer, row, seed, cancellationToken);
            await WriteTextAsync(writer, row.Facts.ProducerKey, cancellationToken);
            await WriteTextAsync(writer, row.Facts.ProductKey, cancellationToken);
            await WriteTextAsync(writer, row.Facts.VariantKey, cancellationToken);
            await WriteTextAsync(writer, row.Facts.CertificationKey, cancellationToken);
            await writer.WriteAsync(row.Facts.Stored, NpgsqlDbType.Jsonb, cancellationToken);
            await writer.WriteAsync(row.Raw, NpgsqlDbType.Jsonb, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Rejected rows and warnings of a page, one statement.</summary>
    public static async Task AddRejectedAsync(PageWork work, PageResult result)
    {
        var all = result.Rejected.Select(r => (Row: r, Severity: "rejected"))
            .Concat(result.Warnings.Select(r => (Row: r, Severity: "warning"))).ToList();
        if (all.Count == 0)
        {
            return;
        }

        using var writer = new FactsWriter();
        await work.ExecuteAsync(CatalogueSql.AddRejected, new
        {
            run = work.Run.Id,
            rows = all.Select(r => r.Row.Position.Row).ToArray(),
            sheets = all.Select(r => r.Row.Position.Sheet).ToArray(),
            columns = Texts(all, r => r.Column),
            codes = Texts(all, r => r.Code),
            vi = Texts(all, r => r.ReasonVi),
            en = Texts(all, r => r.ReasonEn),
            raws = all.Select(r => Encoding.UTF8.GetString(writer.Raw(r.Row.Raw))).ToArray(),
            severities = all.Select(r => r.Severity).ToArray(),
        });
    }

    private static string[] Texts(IEnumerable<(RejectedRow Row, string Severity)> all, Func<RejectedRow, string> text) =>
        [.. all.Select(r => RecordFacts.Storable(text(r.Row)))];

    private static async Task WriteIdentityAsync(
        NpgsqlBinaryImporter writer, StagedRow row, UInt128 seed, CancellationToken cancellationToken)
    {
        await WriteTextAsync(writer, row.Key, cancellationToken);
        await writer.WriteAsync(row.Hash, NpgsqlDbType.Bytea, cancellationToken);
        await writer.WriteAsync(row.Position.Row, NpgsqlDbType.Integer, cancellationToken);
        await WriteTextAsync(writer, row.Position.Sheet, cancellationToken);
        await writer.WriteAsync(row.FileOrder, NpgsqlDbType.Bigint, cancellationToken);
        await WriteHashAsync(writer, row.LineHash ^ seed, cancellationToken);
        await WriteHashAsync(writer, row.FieldHash ^ seed, cancellationToken);
    }

    private static Task WriteHashAsync(NpgsqlBinaryImporter writer, UInt128? hash, CancellationToken cancellationToken) =>
        hash is { } known
            ? writer.WriteAsync(LineStore.ToGuid(known), NpgsqlDbType.Uuid, cancellationToken)
            : writer.WriteNullAsync(cancellationToken);

    private static async Task WriteTextAsync(NpgsqlBinaryImporter writer, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            await writer.WriteNullAsync(cancellationToken);
        }
        else
        {
            await writer.WriteAsync(RecordFacts.Storable(text), NpgsqlDbType.Text, cancellationToken);
        }
    }
}
