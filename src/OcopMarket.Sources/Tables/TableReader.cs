using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

/// <summary>From the rows of a sheet to data rows: finds the heading, carries what sections and titles say, passes over what is
/// no product
/// and counts it.</summary>
internal sealed class TableReader(Grid grid, TableSummary summary)
{
    private readonly Dictionary<Field, (FieldCell Cell, int Level)> _section = [];
    private string? _sectionLabel;
    private TableHeader? _header;
    private FieldCell? _titleProvince;
    private bool _signed;

    public IEnumerable<SourceRow> Rows()
    {
        using var rows = grid.Rows.GetEnumerator();
        var ahead = new Queue<GridRow>();
        for (var passed = 0; Peek(rows, ahead, 0) is { } row;)
        {
            if (passed < HeaderFinder.Within || _header is not null)
            {
                if (FindHeader(row, rows, ahead))
                {
                    continue;
                }
            }
            else
            {
                break;
            }

            passed++;
            ahead.Dequeue();
            if (_header is null)
            {
                ReadTitle(row);
            }
            else if (ReadRow(row, _header) is { } data)
            {
                yield return data;
            }
        }

        summary.Add(grid, _header);
    }

    // Also below the first heading: a list that is printed in pages repeats it, a second table brings another.
    private bool FindHeader(GridRow row, IEnumerator<GridRow> rows, Queue<GridRow> ahead)
    {
        if (_header is not null && !LooksLikeHeader(row, _header))
        {
            return false;
        }

        if (HeaderFinder.At(row, Peek(rows, ahead, 1)) is not { } header)
        {
            return false;
        }

        if (_header is not null && !header.SameAs(_header))
        {
            (_sectionLabel, _signed) = (null, false);
            _section.Clear();
        }

        _header = header;
        summary.Headings.UnionWith(header.Columns.Where(c => c.HasHeading && c.Field is null && !header.StarColumns()
            .Any(s => header.Columns[s] == c))
            .Select(c => c.Heading));
        for (var used = 0; used < header.Rows; used++)
        {
            ahead.Dequeue();
        }

        if (Peek(rows, ahead, 0) is { } first && RowNatures.NumbersColumns(first, header))
        {
            ahead.Dequeue();
        }

        return true;
    }

    private static bool LooksLikeHeader(GridRow row, TableHeader header) =>
        row.OwnColumns()
            .Any(column => column == header.Of(Field.ProductName)
            && Headings.Default.Find(row.Cells[column].Text)?.Field == Field.ProductName
            && row.Cells[column].Text.Length < 40);

    private static GridRow? Peek(IEnumerator<GridRow> rows, Queue<GridRow> ahead, int index)
    {
        while (ahead.Count <= index && rows.MoveNext())
        {
            ahead.Enqueue(rows.Current);
        }

        return ahead.ElementAtOrDefault(index);
    }

    private void ReadTitle(GridRow row)
    {
        foreach (var column in row.OwnColumns())
        {
            if (_titleProvince is null && PlaceText.ProvinceIn(row.Cells[column].Text) is { } province)
            {
                _titleProvince = new(new(province), "province");
            }
        }
    }

    private SourceRow? ReadRow(GridRow row, TableHeader header)
    {
        var nature = RowNatures.Of(row, header);
        nature = nature is RowNature.Data && _signed && !RowNatures.IsNumbered(row, header) ? RowNature.Signature : nature;
        switch (nature)
        {
            case RowNature.Data:
                return Data(row, header);
            case RowNature.Section:
                EnterSection(row, header);
                break;
            case RowNature.Signature:
                _signed = true;
                break;
        }

        summary.Count(nature);
        return null;
    }

    // A section ends those of its own level and below, whatever they named: "II" ends "I", not "A".
    private void EnterSection(GridRow row, TableHeader header)
    {
        _sectionLabel = RowNatures.Label(row, header)!;
        var says = SectionText.Read(_sectionLabel);
        var level = SectionText.Level(header.Of(Field.Running) is { } at ? row.At(at).Text : "", _sectionLabel, says?.Field);
        foreach (var (field, _) in _section.Where(entry => entry.Value.Level >= level).ToArray())
        {
            _section.Remove(field);
        }

        if (says is { } named)
        {
            _section[named.Field] = (new(new(named.Text), _sectionLabel), level);
        }
    }

    private SourceRow Data(GridRow row, TableHeader header)
    {
        var cells = new Dictionary<Field, FieldCell>();
        var raw = new List<KeyValuePair<string, string>>();
        var tooWide = false;
        for (var column = 0; column < row.Cells.Length; column++)
        {
            var (heading, field, _) = header.Column(column);
            if (row.Cells[column] is { IsBlank: false } cell)
            {
                raw.Add(new(heading, cell.Text));
                tooWide |= grid.FixedWidth && column >= header.Columns.Length;
                summary.SawUnknown(field is null && !header.Column(column).HasHeading ? heading : null);
            }

            if (field is { } meaning)
            {
                cells[meaning] = new(row.Cells[column], heading);
            }
        }

        AddStarColumn(row, header, cells);
        AddSection(cells, raw);
        return new SourceRow(new RowPosition(grid.Name, row.Number), grid.Index, cells, raw)
        {
            Problem = tooWide ? new(Field.ProductName, "too_many_cells", Reasons.TooManyCells.Item1, Reasons.TooManyCells.Item2)
                : null,
        };
    }

    private static void AddStarColumn(GridRow row, TableHeader header, Dictionary<Field, FieldCell> cells)
    {
        var marked = header.StarColumns().Where(column => row.At(column) is { IsBlank: false, Text: not ("0" or "-") }).ToArray();
        if (marked.Length > 0)
        {
            var names = marked.Select(column => header.Columns[column].Heading.Split(" - ")[^1]);
            cells[Field.Stars] = new(new(string.Join(", ", names)), header.Columns[marked[0]].Heading);
        }
    }

    private void AddSection(Dictionary<Field, FieldCell> cells, List<KeyValuePair<string, string>> raw)
    {
        if (_sectionLabel is not null)
        {
            raw.Add(new("(mục)", _sectionLabel));
        }

        foreach (var (field, (cell, _)) in _section)
        {
            // A full address names its own district: the section does not speak against it.
            if (!cell.Value.IsBlank && (!cells.TryGetValue(field, out var own) || own.Value.IsBlank)
                && !NamedByAddress(cells, field))
            {
                cells[field] = cell;
            }
        }

        if (_titleProvince is { } title && (!cells.TryGetValue(Field.Province, out var province) || province.Value.IsBlank)
            && !NamedByAddress(cells, Field.Province))
        {
            cells[Field.Province] = title;
        }
    }

    private static bool NamedByAddress(Dictionary<Field, FieldCell> cells, Field field)
    {
        if (!cells.TryGetValue(Field.Address, out var address) || address.Value.IsBlank)
        {
            return false;
        }

        var place = PlaceText.Address(address.Value.Text);
        var named = field switch
        {
            Field.Province => place.Province,
            Field.District => place.District,
            Field.Commune => place.Commune,
            _ => null,
        };
        return named is not null;
    }
}
