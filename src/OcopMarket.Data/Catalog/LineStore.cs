using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>The lines that are stored of a source, by hash. What is stored is mixed with the versions of the normaliser and the rules: when
/// one of them changes no stored line matches, and everything is read again once.</summary>
public sealed class LineStore(NpgsqlDataSource database, CertificateRules rules)
{
    /// <summary>What the hashes are mixed with in the database.</summary>
    internal UInt128 Seed { get; } = SeedOf(rules, StagedPage.NormaliserVersion);

    /// <summary>What the lines of a source were known by the last time; bytes when it was never pulled.</summary>
    public async Task<LineHashKind> KindAsync(string sourceKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var repeat = await connection.ExecuteScalarAsync<bool?>(
            new CommandDefinition(LineSql.Repeat, new { key = sourceKey }, cancellationToken: cancellationToken));
        return repeat ?? true ? LineHashKind.Bytes : LineHashKind.Fields;
    }

    /// <param name="kind">By what they are known.</param>
    /// <param name="expected">Rows that are stored, roughly.</param>
    public async Task<StoredLines> LoadAsync(SourceRun run, LineHashKind kind, int expected, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var isAny = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(LineSql.IsAny, new { source = run.SourceId }, cancellationToken: cancellationToken));
        var stored = new StoredLines(isAny ? expected : 0, kind);
        await LoadAsync(connection, run, stored, cancellationToken);
        return stored;
    }

    /// <summary>The same rows by hashes of another kind.</summary>
    public async Task ReloadAsync(SourceRun run, StoredLines stored, LineHashKind kind, CancellationToken cancellationToken)
    {
        stored.Clear(kind);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await LoadAsync(connection, run, stored, cancellationToken);
    }

    /// <summary>What is stored under the keys of these rows, and what shares their products.</summary>
    /// <returns>Lines to be read as well; how many stored rows were met that no line matched; and of how many rows the bytes are stored.</returns>
    public async Task<(IReadOnlyList<UInt128> Relatives, int Met, int Repeated)> RelativesAsync(
        SourceRun run, SourcePage page, StoredLines stored, CancellationToken cancellationToken)
    {
        var stems = page.Records.Select(r => RecordKey.Stem(r.Key)).Concat(page.Rejected.Select(r => r.KeyStem).OfType<string>())
            .Distinct(StringComparer.Ordinal).ToArray();
        var products = page.Records.Select(r => RecordKey.Digest(RecordKey.Product(r))).Distinct(StringComparer.Ordinal).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = (await connection.QueryAsync<(Guid? Hash, bool IsSameRow, Guid? Raw)>(new CommandDefinition(
            LineSql.Relatives(stored.Kind), new { source = run.SourceId, stems, products }, cancellationToken: cancellationToken)))
            .Select(f => (Hash: f.Hash is { } hash ? ToHash(hash) ^ Seed : (UInt128?)null, f.IsSameRow, f.Raw)).ToList();
        var bytes = page.Records.Select(r => r.LineHash).OfType<UInt128>().ToHashSet();
        return (
            [.. found.Where(f => f.Hash is { } hash && stored.IsMet(hash)).Select(f => f.Hash!.Value)],
            found.Count(f => f.IsSameRow && (f.Hash is not { } hash || !stored.IsMet(hash))),
            found.Count(f => f.IsSameRow && f.Raw is { } raw && bytes.Contains(ToHash(raw) ^ Seed)));
    }

    internal static async Task FindMissingAsync(PageWork work, StoredLines stored)
    {
        await using var writer = await work.Connection.BeginBinaryImportAsync(LineSql.CopyMissing, work.Cancellation);
        foreach (var row in stored.NotMet())
        {
            await writer.StartRowAsync(work.Cancellation);
            await writer.WriteAsync(row, NpgsqlDbType.Bigint, work.Cancellation);
        }

        await writer.CompleteAsync(work.Cancellation);
    }

    internal static UInt128 SeedOf(CertificateRules rules, int normaliser) => BinaryPrimitives.ReadUInt128BigEndian(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { normaliser, rules })));

    internal static Guid ToGuid(UInt128 hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return new(bytes, bigEndian: true);
    }

    private static UInt128 ToHash(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private async Task LoadAsync(NpgsqlConnection connection, SourceRun run, StoredLines stored, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(LineSql.Stored(run.SourceId, stored.Kind), cancellationToken);
        await Task.Run(() => Fill(stored, copy, Seed), cancellationToken);
    }

    /// <summary>Header of 11 bytes signature, flags and the length of an extension; then for each row a field count, and the row's number and
    /// its hash, each behind its length; -1 fields end it, a length of -1 is a null.</summary>
    private static void Fill(StoredLines stored, Stream copy, UInt128 seed)
    {
        var (buffer, start, end) = (new byte[1 << 18], 0, 0);
        Need(19);
        start += 19 + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 15));
        while (true)
        {
            Need(2);
            if (BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(start)) < 0)
            {
                return;
            }

            Need(18);
            var row = BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(start + 6));
            var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 14));
            start += 18;
            if (length < 0)
            {
                stored.AddUnhashed(row);
                continue;
            }

            Need(16);
            stored.Add(BinaryPrimitives.ReadUInt128BigEndian(buffer.AsSpan(start)) ^ seed, row);
            start += 16;
        }

        void Need(int bytes)
        {
            if (end - start >= bytes)
            {
                return;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (end, start) = (end - start, 0);
            end += copy.ReadAtLeast(buffer.AsSpan(end), bytes - end);
        }
    }
}
