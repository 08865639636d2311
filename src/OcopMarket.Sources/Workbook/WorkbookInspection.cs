using System.Buffers;
using System.IO.Compression;
using System.Xml;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Workbook;

/// <summary>Looks through every part of a workbook before it is read: inflates each within a byte budget and compares its check sum, reads
/// its XML without DTD, and bounds what would make the reader hold too much. Sizes that the file states are not believed, and what a part
/// is, its content says: a sheet may lie under any name.</summary>
internal static class WorkbookInspection
{
    private static readonly XmlReaderSettings Xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreWhitespace = true,
    };

    /// <exception cref="SourceException">Cut, encrypted, hostile, or no workbook.</exception>
    public static void Check(byte[] content, WorkbookBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            ZipDirectory.Check(content, budget.Limits);
            using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            CheckEntries(zip, budget, cancellationToken);
        }
        catch (XmlException error) when (error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw Refusals.Unsafe(error);
        }
        catch (Exception error) when (error is InvalidDataException or XmlException or EndOfStreamException or NotSupportedException
            or ArgumentException or IOException)
        {
            throw Refusals.Cut(error);
        }
    }

    private static void CheckEntries(ZipArchive zip, WorkbookBudget budget, CancellationToken cancellationToken)
    {
        if (zip.Entries.Any(entry => entry.IsEncrypted))
        {
            throw Refusals.Encrypted();
        }

        if (zip.GetEntry("xl/workbook.xml") is null)
        {
            throw zip.GetEntry("xl/workbook.bin") is not null
                ? Refusals.WrongType("Excel nhị phân .xlsb", "a binary .xlsb workbook", SourceKind.Workbook)
                : Refusals.WrongType("tệp nén", "a zip archive", SourceKind.Workbook);
        }

        ZipArchiveEntry[] markup = [.. zip.Entries.Where(entry => Inflate(entry, budget, cancellationToken))];
        foreach (var entry in markup)
        {
            Read(entry, budget, cancellationToken);
        }
    }

    /// <returns>Whether the part is markup: its first sign is one of XML's in any encoding.</returns>
    private static bool Inflate(ZipArchiveEntry entry, WorkbookBudget budget, CancellationToken cancellationToken)
    {
        var isMarkup = IsXml(entry.FullName);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using var stream = entry.Open();
            var crc = Crc32.Start;
            var isFirst = true;
            for (int read; (read = stream.Read(buffer)) > 0; isFirst = false)
            {
                cancellationToken.ThrowIfCancellationRequested();
                budget.Inflated(read);
                crc = Crc32.Add(crc, buffer.AsSpan(0, read));
                isMarkup |= isFirst && LooksLikeXml(buffer.AsSpan(0, read));
            }

            return Crc32.End(crc) == entry.Crc32 ? isMarkup : throw new InvalidDataException(entry.FullName);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Read(ZipArchiveEntry entry, WorkbookBudget budget, CancellationToken cancellationToken)
    {
        using var stream = entry.Open();
        using var reader = XmlReader.Create(stream, Xml);
        var text = ArrayPool<char>.Shared.Rent(4096);
        try
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.NodeType == XmlNodeType.Element)
                {
                    budget.Element(reader);
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    budget.Text(reader, text);
                }
            }
        }
        catch (XmlException error) when (IsLoose(entry.FullName) && !error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            // Drawings for old programs are no proper XML; no reader of ours opens them.
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private static bool IsXml(string name) =>
        name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoose(string name) => name.EndsWith(".vml", StringComparison.OrdinalIgnoreCase);

    private static bool LooksLikeXml(ReadOnlySpan<byte> start) =>
        start.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0x00, 0x20, 0x09, 0x0A, 0x0D]) is [(byte)'<', ..];
}
