using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Sources.Csv;

/// <param name="Encoding">How the text is written.</param>
/// <param name="ContentHash">SHA-256 of the file, hex.</param>
internal sealed record CsvShape(Encoding Encoding, char Delimiter, string ContentHash);

/// <summary>Reads a CSV file once to its end: encoding, separator, hash, and whether it ends where a row ends.</summary>
internal static class CsvInspection
{
    /// <exception cref="SourceException">Cut, binary, or in an encoding that is not recognised.</exception>
    public static CsvShape Check(SourceSettings settings, CancellationToken cancellationToken)
    {
        using var stream = SourceFile.Open(settings.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        cancellationToken.ThrowIfCancellationRequested();
        stream.Position = 0;
        var encoding = CsvEncoding.Detect(stream);
        stream.Position = 0;
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);
        var scan = new CsvScan(settings.Limits);
        try
        {
            return new CsvShape(encoding, scan.Run(reader, cancellationToken), hash);
        }
        catch (DecoderFallbackException error)
        {
            throw Refusals.Cut(error);
        }
    }
}
