using System.Text;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Csv;

/// <summary>How a CSV file writes its letters: UTF-8, UTF-16 with a mark, or Windows-1258. Others (TCVN3, VNI) cannot be told
/// apart surely and
/// are refused rather than guessed.</summary>
internal static class CsvEncoding
{
    private const string Letters = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ";
    private const string Signs = "“”‘’–—…•°×½«»€₫\u00A0®™©²³±";

    /// <summary>Throws on invalid bytes, so that a character cut in two is noticed.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="SourceException">None of the three.</exception>
    public static Encoding Detect(Stream stream)
    {
        Span<byte> head = stackalloc byte[4];
        var read = stream.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (read >= 2 && (head[..2] is [0xFF, 0xFE] or [0xFE, 0xFF]))
        {
            return new UnicodeEncoding(bigEndian: head[0] == 0xFE, byteOrderMark: true, throwOnInvalidBytes: true);
        }

        stream.Position = 0;
        var (valid, sample) = IsUtf8(stream);
        return valid ? Utf8 : Windows1258(sample);
    }

    // The last character may be cut: that is a cut file, not another encoding, and is found when the text is read.
    private static (bool Valid, byte[] Sample) IsUtf8(Stream stream)
    {
        var buffer = new byte[1 << 16];
        byte[]? sample = null;
        var kept = 0;
        for (int read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var length = kept + read;
            sample ??= buffer[..length];
            var whole = length - Incomplete(buffer.AsSpan(0, length));
            if (!Utf8IsValid(buffer.AsSpan(0, whole)))
            {
                return (false, buffer[..length]);
            }

            buffer.AsSpan(whole, length - whole).CopyTo(buffer);
            kept = length - whole;
        }

        return (true, sample ?? []);
    }

    private static bool Utf8IsValid(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static int Incomplete(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            var b = bytes[^back];
            if (b >= 0xC0)
            {
                return back < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? back : 0;
            }

            if (b < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }

    private static Encoding Windows1258(byte[] sample)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(1258, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        try
        {
            var text = VietnameseText.Clean(encoding.GetString(sample)) ?? "";
            return text.Where(c => c > 0x7F)
                .All(c => Letters.Contains(char.ToLowerInvariant(c), StringComparison.Ordinal)
                || Signs.Contains(c, StringComparison.Ordinal))
                ? encoding
                : throw Refusals.Encoding();
        }
        catch (DecoderFallbackException)
        {
            throw Refusals.Encoding();
        }
    }
}
