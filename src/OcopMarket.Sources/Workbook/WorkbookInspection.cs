using System.Buffers;
using System.IO.Compression;
using System.Xml;

namespace OcopMarket.Sources.Workbook;

/// <summary>Looks through every part of a workbook before it is read: inflates each within a byte budget and compares its check
/// sum, reads its
/// XML without DTD, and bounds what would make the reader hold too much. Sizes that the file states are not believed.</summary>
internal static class WorkbookInspection
{
    private static readonly XmlReaderSettings Xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreWhitespace = true,
    };

    /// <exception cref="SourceException">Cut, encrypted, hostile, or no workbook.</exception>
    public static void Check(byte[] content, SourceLimits limits, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.InspectionTime);
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            CheckEntries(zip, limits, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refusals.TooLarge("đọc quá lâu", "takes too long to read");
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

    private static void CheckEntries(ZipArchive zip, SourceLimits limits, CancellationToken cancellationToken)
    {
        if (zip.Entries.Count > limits.ZipEntries)
        {
            throw Refusals.TooLarge("quá nhiều phần bên trong", "too many parts inside");
        }

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

        var budget = new WorkbookBudget(limits);
        foreach (var entry in zip.Entries)
        {
            CheckCrc(entry, budget, cancellationToken);
        }

        foreach (var entry in zip.Entries.Where(entry => IsXml(entry.FullName)))
        {
            using var stream = entry.Open();
            using var reader = XmlReader.Create(stream, Xml);
            var isSheet = entry.FullName.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase);
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.NodeType == XmlNodeType.Element)
                {
                    budget.Element(reader, isSheet);
                }
            }
        }
    }

    private static bool IsXml(string name) =>
        name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    private static void CheckCrc(ZipArchiveEntry entry, WorkbookBudget budget, CancellationToken cancellationToken)
    {
        var isShared = entry.FullName.EndsWith("sharedStrings.xml", StringComparison.OrdinalIgnoreCase);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using var stream = entry.Open();
            var crc = Crc32.Start;
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                budget.Inflated(read, isShared);
                crc = Crc32.Add(crc, buffer.AsSpan(0, read));
            }

            if (Crc32.End(crc) != entry.Crc32)
            {
                throw new InvalidDataException(entry.FullName);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
