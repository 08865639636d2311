namespace OcopMarket.Data.Embedded;

/// <summary>What the server prints, in one file of at most about twice <see cref="MaxBytes"/> with its predecessor.</summary>
internal sealed class ServerLog(string path)
{
    public const long MaxBytes = 10L * 1024 * 1024;
    private const int TailBytes = 64 * 1024;

    public string Path { get; } = path;

    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>Keeps the file small. The server appends, so cutting it under its hand is safe.</summary>
    public void Trim()
    {
        try
        {
            if (Length > MaxBytes)
            {
                File.Copy(Path, Path + ".1", overwrite: true);
                using var cut = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                cut.SetLength(0);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A log that cannot be cut now is cut the next time.
        }
    }

    /// <summary>What was written after <paramref name="from"/>, at most its last 64 kB.</summary>
    public string Since(long from)
    {
        if (!File.Exists(Path))
        {
            return "";
        }

        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Clamp(Math.Max(from, stream.Length - TailBytes), 0, stream.Length);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The server's own reason in a piece of its log: its last FATAL or PANIC line, else its last line.</summary>
    public static string ReasonIn(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.LastOrDefault(l => l.Contains("FATAL:", StringComparison.Ordinal) || l.Contains("PANIC:", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "it said nothing";
        var at = Math.Max(line.IndexOf("FATAL:", StringComparison.Ordinal), line.IndexOf("PANIC:", StringComparison.Ordinal));
        return at < 0 ? line : line[(at + 6)..].Trim();
    }
}
