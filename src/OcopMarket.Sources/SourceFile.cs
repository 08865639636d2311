using System.Text;

namespace OcopMarket.Sources;

/// <summary>Looks at a file's first bytes: what it is, whatever its name says.</summary>
internal static class SourceFile
{
    private static readonly byte[] Encrypted = Encoding.Unicode.GetBytes("EncryptedPackage");

    /// <exception cref="SourceException">Missing, empty, too large, unreadable or of another kind than the settings
    /// say.</exception>
    public static FileInfo Inspect(SourceSettings settings)
    {
        var file = new FileInfo(settings.Path);
        if (!file.Exists)
        {
            throw Refusals.FileMissing(settings.Path);
        }

        if (file.Length > settings.Limits.FileBytes)
        {
            throw Refusals.TooLarge($"tệp lớn hơn {settings.Limits.FileBytes >> 20} MB",
                $"larger than {settings.Limits.FileBytes >> 20} MB");
        }

        var head = Head(settings.Path);
        if (head.Length == 0 || IsBlank(file, head))
        {
            throw Refusals.Empty();
        }

        CheckKind(head, settings.Kind);
        return file;
    }

    public static byte[] ReadAll(string path) => Opened(path, File.ReadAllBytes);

    public static FileStream Open(string path) =>
        Opened(path, p => new FileStream(p, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan));

    private static T Opened<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refusals.Unreadable(path, error);
        }
    }

    private static byte[] Head(string path)
    {
        using var stream = Open(path);
        var head = new byte[1 << 16];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static bool IsBlank(FileInfo file, byte[] head) =>
        file.Length == head.Length && head.All(b => b is 0x20 or 0x09 or 0x0A or 0x0D or 0xEF or 0xBB or 0xBF or 0xFF or 0xFE);

    private static void CheckKind(byte[] head, SourceKind wanted)
    {
        if (Starts(head, "PK\x03\x04"u8) || Starts(head, "PK\x05\x06"u8))
        {
            Refuse(wanted != SourceKind.Workbook, () =>
                Refusals.WrongType("tệp nén hoặc Excel", "a zip archive or an Excel workbook", wanted));
            return;
        }

        Refuse(Starts(head, [0xD0, 0xCF, 0x11, 0xE0]), () => head.AsSpan().IndexOf(Encrypted) >= 0 ? Refusals.Encrypted()
            : Refusals.OldWorkbook());
        Refuse(Starts(head, "%PDF"u8), () => Refusals.WrongType("PDF", "a PDF", wanted));
        Refuse(
            Starts(head, [0x89, 0x50, 0x4E, 0x47]) || Starts(head, [0xFF, 0xD8, 0xFF]) || Starts(head, "GIF8"u8),
            () => Refusals.WrongType("tệp ảnh", "a picture", wanted));
        Refuse(IsHtml(head), () => Refusals.WrongType("trang web (HTML)", "a web page (HTML)", wanted));
        Refuse(wanted == SourceKind.Workbook, () => Refusals.WrongType("tệp văn bản", "a text file", wanted));
        Refuse(wanted == SourceKind.Ndjson && FirstSign(head) is not (byte)'{', () => Refusals.WrongType(
            "tệp không bắt đầu bằng {", "a file that does not begin with {", wanted));
        Refuse(wanted == SourceKind.Csv && FirstSign(head) is (byte)'{', () => Refusals.WrongType("JSON", "JSON", wanted));
    }

    private static void Refuse(bool when, Func<SourceException> refusal)
    {
        if (when)
        {
            throw refusal();
        }
    }

    private static bool Starts(ReadOnlySpan<byte> head, ReadOnlySpan<byte> magic) => head.StartsWith(magic);

    private static bool IsHtml(byte[] head)
    {
        var text = Encoding.UTF8.GetString(head.AsSpan(0, Math.Min(head.Length, 1024)))
            .TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        return text.StartsWith('<');
    }

    private static byte? FirstSign(byte[] head)
    {
        var start = Starts(head, [0xEF, 0xBB, 0xBF]) ? 3 : 0;
        return head.Skip(start).FirstOrDefault(b => b is not (0x20 or 0x09 or 0x0A or 0x0D));
    }
}
