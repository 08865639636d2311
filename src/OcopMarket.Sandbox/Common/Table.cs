using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

internal interface ITable
{
    string Kind { get; }
    void Load(JsonElement row);
    void Clear();
}

/// <summary>Rows of one kind, held in memory; every <see cref="Put"/> is noted for the journal. Rows are never taken
/// out.</summary>
/// <param name="told">Whether a change of such a row is what a call is for (it "landed").</param>
internal sealed class Table<T>(string kind, Func<T, string> idOf, Action<string, object, bool> note, bool told) : ITable
    where T : class
{
    private readonly Dictionary<string, T> _rows = [];
    private readonly List<TableIndex<T>> _indexes = [];

    public string Kind => kind;
    public int Count => _rows.Count;
    public IEnumerable<T> All => _rows.Values;

    public T? Find(string id) => _rows.GetValueOrDefault(id);

    public TableIndex<T> IndexBy(Func<T, string?> keyOf)
    {
        var index = new TableIndex<T>(keyOf);
        _indexes.Add(index);
        return index;
    }

    public T Put(T row)
    {
        Keep(row);
        note(kind, row, told);
        return row;
    }

    public void Load(JsonElement row) => Keep(row.Deserialize<T>(Wire.CamelCase) ?? throw new JsonException($"Empty {kind} row."));

    public void Clear()
    {
        _rows.Clear();
        _indexes.ForEach(i => i.Clear());
    }

    private void Keep(T row)
    {
        var id = idOf(row);
        var old = _rows.GetValueOrDefault(id);
        _rows[id] = row;
        _indexes.ForEach(i => i.Replace(id, old, row));
    }
}

/// <summary>Rows by a key; a null key is not indexed.</summary>
internal sealed class TableIndex<T>(Func<T, string?> keyOf)
    where T : class
{
    private readonly Dictionary<string, SortedDictionary<string, T>> _groups = [];

    public IEnumerable<T> this[string key] => _groups.TryGetValue(key, out var group) ? group.Values : [];

    public int CountOf(string key) => _groups.TryGetValue(key, out var group) ? group.Count : 0;

    public void Replace(string id, T? old, T row)
    {
        if (old is not null && keyOf(old) is { } was && _groups.TryGetValue(was, out var before))
        {
            before.Remove(id);
        }

        if (keyOf(row) is { } key)
        {
            if (!_groups.TryGetValue(key, out var group))
            {
                _groups[key] = group = new SortedDictionary<string, T>(StringComparer.Ordinal);
            }

            group[id] = row;
        }
    }

    public void Clear() => _groups.Clear();
}
