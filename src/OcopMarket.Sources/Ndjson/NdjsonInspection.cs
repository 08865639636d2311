using System.Security.Cryptography;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Reads the file once: its hash, and whether its last line is whole.</summary>
internal static class NdjsonInspection
{
    /// <returns>SHA-256 of the file, hex.</returns>
    /// <exception cref="SourceException">The last line has no line end and is no whole object: the file is cut.</exception>
    public static string Check(SourceSettings settings, CancellationToken cancellationToken)
    {
        using var stream = SourceFile.Open(settings.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        LineOfBytes? last = null;
        foreach (var line in LineReader.Read(stream, settings.Limits.LineBytes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            last = line.IsEnded ? null : line;
        }

        if (last is { } open && (open.IsTooLong || NdjsonLine.Parse(open.Bytes) is null))
        {
            throw Refusals.Cut();
        }

        return hash;
    }
}
