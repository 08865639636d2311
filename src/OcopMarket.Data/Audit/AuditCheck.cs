using System.Globalization;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Audit;

/// <param name="Entries">Sealed ones that fit, up to the first that does not.</param>
/// <param name="Waiting">Rows not sealed yet.</param>
/// <param name="Head">To be written down elsewhere; null: nothing is sealed.</param>
/// <param name="Fault">The first entry that does not fit, and why; null: everything fits.</param>
public sealed record AuditVerdict(long Entries, long Waiting, string? Head, string? Fault);

/// <summary>Reads the whole chain and names the first entry that was changed, removed or put in.</summary>
public sealed class AuditCheck(NpgsqlDataSource dataSource, AuditChain chain)
{
    /// <summary>No transaction that writes an entry takes so long: an entry dated so far before one sealed earlier was put in later.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);

    /// <param name="written">A head that was written down elsewhere.</param>
    /// <exception cref="Vault.VaultException">The key is missing.</exception>
    public async Task<AuditVerdict> RunAsync(AuditHead? written, CancellationToken cancellationToken)
    {
        var key = chain.Key();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var waiting = await connection.ExecuteScalarAsync<long>(new CommandDefinition(AuditSql.Waiting, cancellationToken: cancellationToken));
        var heads = (await connection.QueryAsync<DayHead>(new CommandDefinition(AuditSql.Heads, cancellationToken: cancellationToken))).AsList();
        var (seq, mac, latest) = (0L, Array.Empty<byte>(), DateTimeOffset.UnixEpoch);
        var isWrittenMet = false;
        await foreach (var row in connection.QueryUnbufferedAsync<AuditRow>(AuditSql.Chain).WithCancellation(cancellationToken))
        {
            if (FaultOf(key, row, seq, mac, latest) is { } fault)
            {
                return new(seq, waiting, Head(seq, mac), fault);
            }

            (seq, mac) = (row.Seq!.Value, row.Mac!);
            latest = TimeOf(row) > latest ? TimeOf(row) : latest;
            if (heads.Find(h => h.Seq == seq && !Secrets.AreEqual(h.Mac, mac)) is { } head)
            {
                return new(seq, waiting, Head(seq, mac), Invariant($"Entry {seq} is not the one that was the head of {head.Day}: the chain was written anew."));
            }

            if (written?.Seq == seq)
            {
                isWrittenMet = true;
                if (!Secrets.AreEqual(written.Mac, mac))
                {
                    return new(seq, waiting, Head(seq, mac), Invariant($"Entry {seq} is not the one that was written down: the chain was written anew."));
                }
            }
        }

        var end = written is not null && !isWrittenMet ? written.Seq : heads.Count > 0 && heads[^1].Seq > seq ? heads[^1].Seq : (long?)null;
        return new(seq, waiting, Head(seq, mac), end is null
            ? null
            : Invariant($"The end was cut off: entry {seq} is the last, and entry {end} was there once. After a return to an older backup that is so."));
    }

    private static string? FaultOf(byte[] key, AuditRow row, long seq, byte[] mac, DateTimeOffset latest)
    {
        if (row.Seq != seq + 1)
        {
            return Invariant($"Entry {seq + 1} is missing: after entry {seq} comes {row.Seq}.");
        }

        if (row.Id is null)
        {
            return Invariant($"Entry {row.Seq} was removed: its row {row.AuditId} is gone.");
        }

        if (!Secrets.AreEqual(AuditChain.Mac(key, mac, row.Seq.Value, row.SealedAt!, row), row.Mac!))
        {
            return Invariant($"Entry {row.Seq} (row {row.Id}: {row.Action} by {row.Actor}, {row.At}) was changed or put in.");
        }

        return TimeOf(row) < latest - _longest
            ? Invariant($"Entry {row.Seq} (row {row.Id}: {row.Action} by {row.Actor}) is dated {row.At}, long before the entry before it: it was put in later.")
            : null;
    }

    private static string? Head(long seq, byte[] mac) => seq == 0 ? null : new AuditHead(seq, mac).ToString();

    private static DateTimeOffset TimeOf(AuditRow row) => DateTimeOffset.Parse(row.At!, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record DayHead
    {
        public string Day { get; init; } = "";
        public long Seq { get; init; }
        public byte[] Mac { get; init; } = [];
    }
}
