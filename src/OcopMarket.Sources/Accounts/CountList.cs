using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Sources.Accounts;

internal enum CountField
{
    Marketplace, UnitCode, AsOf, Count, Source, Mark,
}

/// <summary>A list of how many households have an account, by marketplace, unit and day, as reports give them.</summary>
public static class CountList
{
    private static readonly ListTable<CountField> _table = new(
        ListTable<CountField>.Fold([
            (CountField.Marketplace, ["Sàn", "Tên sàn", "Sàn TMĐT", "Marketplace"]),
            (CountField.UnitCode, ["Mã đơn vị", "Mã đơn vị hành chính", "Mã ĐVHC", "Mã xã", "Mã tỉnh", "Unit code"]),
            (CountField.AsOf, ["Ngày", "Tính đến ngày", "Đến ngày", "As of", "Date"]),
            (CountField.Count, ["Số hộ", "Số lượng", "Số tài khoản", "Count", "Households"]),
            (CountField.Source, ["Nguồn", "Căn cứ", "Source"]),
            (CountField.Mark, ["Mức tin cậy", "Đánh dấu", "Mark"]),
        ]),
        [CountField.UnitCode, CountField.Count],
        ("\"Mã đơn vị\", \"Số hộ\"", "\"Unit code\", \"Count\""));

    private static readonly Dictionary<string, string> _marks = new[]
    {
        ("documented", new[] { "documented", "có văn bản", "chính thức" }), ("provisional", ["provisional", "tạm tính", "ước tính"]),
    }.SelectMany(m => m.Item2, (m, name) => (m.Item1, Name: VietnameseText.Fold(name))).ToDictionary(m => m.Name, m => m.Item1, StringComparer.Ordinal);

    /// <param name="marketplaces">Folded name or other name -> key of every marketplace.</param>
    /// <exception cref="SourceException">The file as a whole is unusable.</exception>
    public static LinePage<AccountCountLine> Read(
        string path, IReadOnlyDictionary<string, string> marketplaces, CancellationToken cancellationToken)
    {
        var (lines, problems) = (new List<AccountCountLine>(), new List<LineProblem>());
        foreach (var row in _table.Read(path, new(), cancellationToken))
        {
            var cells = new RowCells<CountField>(row);
            cells.Required(CountField.Marketplace, "tên sàn", "marketplace");
            var marketplace = cells.Named(
                CountField.Marketplace, marketplaces, "marketplace_unknown",
                $"Không biết sàn này. Anh/chị ghi một trong: {string.Join(", ", marketplaces.Values.Distinct())}.",
                $"This marketplace is not known. Write one of: {string.Join(", ", marketplaces.Values.Distinct())}.");
            var unit = cells.Required(CountField.UnitCode, "mã đơn vị", "unit's code");
            cells.Required(CountField.AsOf, "ngày", "day");
            var day = cells.Day(CountField.AsOf);
            cells.Required(CountField.Count, "số hộ", "count");
            var count = Count(cells, row);
            var source = cells.Required(CountField.Source, "nguồn", "source");
            var mark = cells.Named(
                CountField.Mark, _marks, "mark_unknown", "Ghi \"có văn bản\" hoặc \"tạm tính\", hoặc để trống.",
                "Write documented or provisional, or leave it blank.") ?? "provisional";
            if (cells.Problem is { } problem)
            {
                problems.Add(problem);
            }
            else
            {
                lines.Add(new(row.Seq, row.Grid.Number, marketplace!, unit!, day!.Value, count!.Value, source!, mark));
            }
        }

        return new(lines, problems, 0);
    }

    // 68.627 and 68,627 are sixty-eight thousand, as reports write them.
    private static int? Count(RowCells<CountField> cells, ListRow<CountField> row)
    {
        var text = row[CountField.Count];
        var digits = text.Number is { } number ? number.ToString("0.#####", System.Globalization.CultureInfo.InvariantCulture)
            : GroupedNumber.Plain(text.Text);
        if (int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        if (!text.IsBlank)
        {
            cells.Refuse(
                CountField.Count, "count_unreadable", "Ô này không phải số hộ. Anh/chị ghi số nguyên từ 0 trở lên.",
                "This is no count. Write a whole number of 0 or more.");
        }

        return null;
    }
}

/// <summary>Whole numbers with or without signs between the thousands.</summary>
internal static partial class GroupedNumber
{
    /// <summary>Null: it is none.</summary>
    public static string? Plain(string text) => Whole().IsMatch(text) ? new([.. text.Where(char.IsAsciiDigit)]) : null;

    [System.Text.RegularExpressions.GeneratedRegex(@"^(?:[0-9]{1,9}|[0-9]{1,3}(?:[., ][0-9]{3}){1,2})$", System.Text.RegularExpressions.RegexOptions.None, 1000)]
    private static partial System.Text.RegularExpressions.Regex Whole();
}
