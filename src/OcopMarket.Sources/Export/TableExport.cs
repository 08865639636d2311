using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace OcopMarket.Sources.Export;

/// <summary>The only writer of tables that people open in a spreadsheet program: text stays text there, whatever it begins with, and comes
/// back through our readers as it was.</summary>
public static partial class TableExport
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Package = "http://schemas.openxmlformats.org/package/2006/";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <param name="isWorkbook">.xlsx; otherwise CSV in UTF-8 with a mark, every cell in quotes.</param>
    /// <param name="rows">Cells of type string, decimal, int, long or null.</param>
    public static void Write(Stream output, bool isWorkbook, IReadOnlyList<string> heading, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var all = rows.Prepend([.. heading]);
        if (isWorkbook)
        {
            WriteWorkbook(output, all);
        }
        else
        {
            WriteCsv(output, all);
        }
    }

    private static void WriteCsv(Stream output, IEnumerable<IReadOnlyList<object?>> rows)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        foreach (var row in rows)
        {
            text.WriteLine(string.Join(',', row.Select(CsvCell)));
        }
    }

    // A number is not marked: its minus is no formula.
    private static string CsvCell(object? cell) => cell is string text
        ? $"\"{SpreadsheetText.Guard(text).Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : Number(cell);

    private static string Number(object? cell) => cell switch
    {
        null => "",
        decimal or int or long => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
        _ => throw new ArgumentException($"No cell of type {cell.GetType().Name} is written.", nameof(cell)),
    };

    private static void WriteWorkbook(Stream output, IEnumerable<IReadOnlyList<object?>> rows)
    {
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        Part(zip, "[Content_Types].xml", $"""
            <Types xmlns="{Package}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
            <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
            """);
        Part(zip, "_rels/.rels", Links(("officeDocument", "xl/workbook.xml")));
        Part(zip, "xl/_rels/workbook.xml.rels", Links(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")));
        Part(zip, "xl/workbook.xml", $"""
            <workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>
            """);
        Part(zip, "xl/styles.xml", $"""
            <styleSheet xmlns="{Main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
            <cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>
            """);
        using var stream = zip.CreateEntry("xl/worksheets/sheet1.xml").Open();
        using var xml = XmlWriter.Create(stream);
        xml.WriteStartElement("worksheet", Main);
        xml.WriteStartElement("sheetData", Main);
        foreach (var row in rows)
        {
            xml.WriteStartElement("row", Main);
            foreach (var cell in row)
            {
                WriteCell(xml, cell);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Text of a type that is never evaluated, in a style that stays text when somebody edits the cell.</summary>
    private static void WriteCell(XmlWriter xml, object? cell)
    {
        xml.WriteStartElement("c", Main);
        if (cell is string text)
        {
            xml.WriteAttributeString("t", "inlineStr");
            xml.WriteAttributeString("s", "1");
            xml.WriteStartElement("is", Main);
            xml.WriteStartElement("t", Main);
            xml.WriteAttributeString("xml", "space", null, "preserve");
            xml.WriteString(LooksEscaped().Replace(SpreadsheetText.Plain(text), "_x005F_"));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        else if (cell is not null)
        {
            xml.WriteElementString("v", Main, Number(cell));
        }

        xml.WriteEndElement();
    }

    private static string Links(params (string Type, string Target)[] links) =>
        $"<Relationships xmlns=\"{Package}relationships\">" + string.Concat(links.Select((link, i) => string.Create(
            CultureInfo.InvariantCulture, $"<Relationship Id=\"rId{i + 1}\" Type=\"{Relations}/{link.Type}\" Target=\"{link.Target}\"/>")))
        + "</Relationships>";

    private static void Part(ZipArchive zip, string name, string content)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
    }

    // Spreadsheet programs read _x000A_ as the character of that number.
    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.None, 1000)]
    private static partial Regex LooksEscaped();
}
