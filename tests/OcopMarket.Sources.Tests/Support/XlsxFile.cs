using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace OcopMarket.Sources.Tests.Support;

/// <summary>A small writer of workbooks as they occur: merged cells, shared and inline texts, serial days, formulas, hidden
/// sheets.</summary>
internal sealed class XlsxFile
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private readonly List<XlsxSheet> _sheets = [];

    public bool SharedTexts { get; init; }

    /// <summary>Parts put in addition to, or in place of, the workbook's own.</summary>
    public Dictionary<string, string> Parts { get; } = [];

    public XlsxSheet Sheet(string name, bool hidden = false)
    {
        var sheet = new XlsxSheet(name, hidden);
        _sheets.Add(sheet);
        return sheet;
    }

    public byte[] ToBytes(CompressionLevel level = CompressionLevel.Optimal)
    {
        var shared = new List<string>();
        var parts = new Dictionary<string, string>
        {
            ["[Content_Types].xml"] = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>",
            ["_rels/.rels"] = Relationships(("officeDocument", "xl/workbook.xml")),
            ["xl/styles.xml"] = $"<styleSheet xmlns=\"{Main}\"><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
                + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>",
        };
        for (var index = 0; index < _sheets.Count; index++)
        {
            parts[$"xl/worksheets/sheet{index + 1}.xml"] = _sheets[index].ToXml(SharedTexts ? shared : null);
        }

        parts["xl/workbook.xml"] = $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>"
            + string.Concat(_sheets.Select((sheet, i) =>
            $"<sheet name=\"{Escape(sheet.Name)}\" sheetId=\"{i + 1}\" r:id=\"rId{i + 1}\"{(sheet.Hidden ? " state=\"hidden\"" : "")}/>"))
            + "</sheets></workbook>";
        parts["xl/_rels/workbook.xml.rels"] = Relationships([
            .. _sheets.Select((_, i) => ("worksheet", $"worksheets/sheet{i + 1}.xml")), ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml")]);
        parts["xl/sharedStrings.xml"] = $"<sst xmlns=\"{Main}\">{string.Concat(shared.Select(text => $"<si><t>{Escape(text)}</t></si>"))}</sst>";
        foreach (var (name, text) in Parts)
        {
            parts[name] = text;
        }

        return Zip(parts, level);
    }

    public static byte[] Zip(IEnumerable<KeyValuePair<string, string>> parts, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var stream = zip.CreateEntry(name, level).Open();
                stream.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return memory.ToArray();
    }

    public static string Escape(string text) => SecurityElement.Escape(text);

    private static string Relationships(params (string Type, string Target)[] items) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            + string.Concat(items.Select((item, i) =>
            $"<Relationship Id=\"rId{i + 1}\" Type=\"{Relations}/{item.Type}\" Target=\"{item.Target}\"/>")) + "</Relationships>";
}

internal sealed record Formula(string Text, double Value);

internal sealed class XlsxSheet(string name, bool hidden)
{
    private readonly List<object?[]> _rows = [];
    private readonly List<string> _merges = [];

    public string Name => name;

    public bool Hidden => hidden;

    /// <summary>Raw XML put before the rows.</summary>
    public string Before { get; set; } = "";

    public XlsxSheet Row(params object?[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public XlsxSheet Merge(params string[] ranges)
    {
        _merges.AddRange(ranges);
        return this;
    }

    public string ToXml(List<string>? shared)
    {
        var xml = new StringBuilder("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>")
            .Append(Before);
        for (var row = 0; row < _rows.Count; row++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<row r=\"{row + 1}\">");
            for (var column = 0; column < _rows[row].Length; column++)
            {
                xml.Append(Cell($"{Tables.TableHeader.Letters(column)}{row + 1}", _rows[row][column], shared));
            }

            xml.Append("</row>");
        }

        xml.Append("</sheetData>");
        if (_merges.Count > 0)
        {
            xml.Append("<mergeCells>").AppendJoin("", _merges.Select(range => $"<mergeCell ref=\"{range}\"/>"))
                .Append("</mergeCells>");
        }

        return xml.Append("</worksheet>").ToString();
    }

    private static string Cell(string at, object? value, List<string>? shared)
    {
        switch (value)
        {
            case null:
                return "";
            case DateOnly day:
                return Number(at, day.ToDateTime(default).ToOADate(), " s=\"1\"", "");
            case Formula formula:
                return Number(at, formula.Value, "", $"<f>{XlsxFile.Escape(formula.Text)}</f>");
            case string text when shared is not null:
                shared.Add(text);
                return Number(at, shared.Count - 1, " t=\"s\"", "");
            case string text:
                return $"<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{XlsxFile.Escape(text)}</t></is></c>";
            default:
                return Number(at, Convert.ToDouble(value, CultureInfo.InvariantCulture), "", "");
        }
    }

    private static string Number(string at, double number, string attributes, string formula) =>
        string.Create(CultureInfo.InvariantCulture, $"<c r=\"{at}\"{attributes}>{formula}<v>{number}</v></c>");
}
