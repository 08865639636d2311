using System.Globalization;
using System.Text;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Tables;

/// <summary>What was found in the file, for the run's page: sheets read and passed over, headings without meaning, rows that
/// are no products.</summary>
internal sealed class TableSummary
{
    private readonly List<string> _read = [];
    private readonly List<string> _passedOver = [];
    private readonly Dictionary<RowNature, int> _natures = [];

    /// <summary>Headings that the dictionary does not know, and columns with content but no heading.</summary>
    public SortedSet<string> Headings { get; } = new(StringComparer.Ordinal);

    public bool HasTable => _read.Count > 0;

    public void Add(Grid grid, TableHeader? header)
    {
        if (header is null)
        {
            PassOver(grid.Name ?? "", "không có tiêu đề danh sách");
            return;
        }

        var known = header.Columns.Count(column => column.Field is not null);
        _read.Add(string.Create(CultureInfo.InvariantCulture,
            $"{(grid.Name is null ? "bảng" : $"trang \"{grid.Name}\"")} ({known} cột nhận ra)"));
    }

    public void PassOver(string sheet, string why) => _passedOver.Add($"\"{sheet}\" ({why})");

    public void Count(RowNature nature) => _natures[nature] = _natures.GetValueOrDefault(nature) + 1;

    public void SawUnknown(string? heading)
    {
        if (heading is not null)
        {
            Headings.Add(heading);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder("Đọc ").AppendJoin(", ", _read);
        if (_passedOver.Count > 0)
        {
            text.Append("; bỏ qua trang ").AppendJoin(", ", _passedOver);
        }

        if (Headings.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {Headings.Count} cột chưa biết, chỉ giữ nguyên văn: ")
                .AppendJoin(", ", Headings.Take(20).Select(heading => $"\"{heading}\""));
        }

        foreach (var (nature, name) in (ReadOnlySpan<(RowNature, string)>)[
            (RowNature.Section, "dòng tiêu đề mục"), (RowNature.Total, "dòng tổng"), (RowNature.Signature, "dòng phần ký"),
            (RowNature.Remark, "dòng chú thích"), (RowNature.Blank, "dòng trống")])
        {
            if (_natures.GetValueOrDefault(nature) is var count and > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"; {count} {name}");
            }
        }

        return VietnameseText.CleanLines(text.Append('.').ToString())!;
    }
}
