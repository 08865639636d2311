using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

/// <param name="Heading">As in the file; two rows joined by " - "; "Cột F" where the file has none.</param>
/// <param name="Field">Null when the dictionary does not know the heading.</param>
internal sealed record TableColumn(string Heading, Field? Field, bool HasHeading);

/// <summary>The heading of a table: which column means what.</summary>
internal sealed class TableHeader(TableColumn[] columns, int rows)
{
    public TableColumn[] Columns => columns;

    /// <summary>Rows of the file that the heading takes: 1 or 2.</summary>
    public int Rows => rows;

    public int? Of(Field field) => Array.FindIndex(columns, column => column.Field == field) is var at and >= 0 ? at : null;

    public TableColumn Column(int index) => index < columns.Length ? columns[index] : new($"Cột {Letters(index)}", null, false);

    public bool SameAs(TableHeader other) => columns.Select(c => c.Heading).SequenceEqual(other.Columns.Select(c => c.Heading));

    /// <summary>Columns headed "3 sao", "4 sao" ...: a mark in one of them is the star.</summary>
    public IEnumerable<int> StarColumns() => Of(Field.Stars) is not null ? [] : Enumerable.Range(0, columns.Length)
        .Where(index => columns[index].Field is null && IsStar(columns[index].Heading));

    public static string Letters(int index)
    {
        var letters = "";
        for (var rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        {
            letters = (char)('A' + ((rest - 1) % 26)) + letters;
        }

        return letters;
    }

    /// <summary>"3 sao" as a heading: its column holds marks.</summary>
    public static bool IsStar(string heading) => VietnameseText.Fold(heading.Split(" - ")[^1]) is var folded
        && (folded is "1 sao" or "2 sao" or "3 sao" or "4 sao" or "5 sao" or "tiem nang 5 sao" or "hang 3 sao" or "hang 4 sao" or "hang 5 sao");
}
