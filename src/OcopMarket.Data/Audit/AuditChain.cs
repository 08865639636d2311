using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Audit;

/// <summary>A row of the audit with what seals it, all of it as the database writes it: nothing is rounded on the way.</summary>
internal sealed record AuditRow
{
    public long? Seq { get; init; }
    public byte[]? Mac { get; init; }
    public string? SealedAt { get; init; }
    public long AuditId { get; init; }

    /// <summary>Null: sealed, and gone.</summary>
    public long? Id { get; init; }
    public string? At { get; init; }
    public string? Actor { get; init; }
    public long? ProducerId { get; init; }
    public long? MandateId { get; init; }
    public string? Action { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public string? Origin { get; init; }
    public string? Correlation { get; init; }
}

/// <summary>A place in the chain, written <c>SEQ:HEX</c>: whoever has written it down elsewhere notices when what leads there was changed.</summary>
public sealed record AuditHead(long Seq, byte[] Mac)
{
    public static AuditHead? TryParse(string text) =>
        text.Split(':') is [var seq, { Length: 64 } hex] && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && hex.All(char.IsAsciiHexDigit) ? new(number, Convert.FromHexString(hex)) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}:{Convert.ToHexStringLower(Mac)}");
}

/// <summary>The code over a row and all before it, under a key that lies in a file outside of the database. Who can write to the database cannot
/// make it; who holds the key too could write everything anew, which only a head written down elsewhere tells.</summary>
public sealed class AuditChain(KeyFile file)
{
    public KeyFile File => file;

    /// <param name="mayCreate">Nothing was sealed with it yet.</param>
    public static AuditChain OfFile(string path, bool mayCreate)
    {
        var file = new KeyFile(path, "the audit");
        file.Ensure(mayCreate);
        return new(file);
    }

    /// <exception cref="VaultException">Missing, damaged, or readable for others.</exception>
    internal byte[] Key() => file.Read()[1];

    internal static byte[] Mac(byte[] key, byte[] former, long seq, string sealedAt, AuditRow row)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(former);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, seq);
        hash.AppendData(number);
        foreach (var field in new[]
        {
            sealedAt, Text(row.Id), row.At, row.Actor, Text(row.ProducerId), Text(row.MandateId), row.Action, row.Before, row.After, row.Origin,
            row.Correlation,
        })
        {
            var bytes = Encoding.UTF8.GetBytes(field ?? "");
            BinaryPrimitives.WriteInt64BigEndian(number, field is null ? -1 : bytes.Length); // no two rows read the same
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
