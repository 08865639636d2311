using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>Whether a line is stored as it stands, and whether it was met before.</summary>
public enum LineMatch { None, First, Again }

/// <summary>Hashes of the lines that are stored of a source, each with a mark that it was met: 24 bytes and one bit, no object per row.
/// A key is inside what is hashed, so a match alone proves that this row with exactly this content is stored.</summary>
public sealed class StoredLines
{
    /// <summary>In place of a row: several rows have this hash, so that it proves none of them.</summary>
    private const long Several = -1;

    private readonly List<long> _unhashed = [];
    private UInt128[] _slots;
    private long[] _rows;
    private ulong[] _met;

    /// <param name="expected">Hashes to come, roughly.</param>
    /// <param name="kind">What of a line they are of.</param>
    public StoredLines(int expected, LineHashKind kind = LineHashKind.Bytes)
    {
        (Kind, Repeat) = (kind, kind == LineHashKind.Bytes);
        _slots = new UInt128[Math.Max(64, (int)Math.Min(expected * 4L / 3, Array.MaxLength / 2)) + 64];
        _rows = new long[_slots.Length];
        _met = new ulong[(_slots.Length / 64) + 1];
    }

    /// <summary>What of a line the hashes are of.</summary>
    public LineHashKind Kind { get; private set; }

    /// <summary>Whether the bytes of the input's lines turned out to be those of the last time: then they are what is looked at first the next
    /// time.</summary>
    public bool Repeat { get; set; }

    /// <summary>Rows that are known by one hash each.</summary>
    public int Count { get; private set; }

    /// <summary>Rows without a hash of their own: they are read every time.</summary>
    public int Unhashed => _unhashed.Count;
    public int Met { get; private set; }

    /// <summary>Of the rows that are stored now.</summary>
    public int Live => Count + Unhashed;

    /// <summary>Empties it for hashes of another kind.</summary>
    public void Clear(LineHashKind kind)
    {
        (Kind, Repeat, Count, Met) = (kind, kind == LineHashKind.Bytes, 0, 0);
        _unhashed.Clear();
        Array.Clear(_slots);
        Array.Clear(_met);
    }

    public void AddUnhashed(long row) => _unhashed.Add(row);

    /// <param name="row">Number of the stored row.</param>
    public void Add(UInt128 hash, long row)
    {
        if ((Count + 1) * 4L > _slots.Length * 3L)
        {
            Grow();
        }

        var slot = Find(Filled(hash));
        if (_slots[slot] == default)
        {
            (_slots[slot], _rows[slot]) = (Filled(hash), row);
            Count++;
            return;
        }

        if (_rows[slot] != Several)
        {
            _unhashed.Add(_rows[slot]);
            _rows[slot] = Several;
            Count--;
        }

        _unhashed.Add(row);
    }

    /// <summary>Marks a hash as met.</summary>
    public LineMatch Meet(UInt128 hash)
    {
        var slot = Find(Filled(hash));
        if (_slots[slot] == default || _rows[slot] == Several)
        {
            return LineMatch.None;
        }

        var bit = 1UL << (slot & 63);
        if ((_met[slot >> 6] & bit) != 0)
        {
            return LineMatch.Again;
        }

        _met[slot >> 6] |= bit;
        Met++;
        return LineMatch.First;
    }

    /// <summary>The row will be met by its key instead.</summary>
    public void Forget(UInt128 hash)
    {
        if (IsMet(hash))
        {
            var slot = Find(Filled(hash));
            _met[slot >> 6] &= ~(1UL << (slot & 63));
            Met--;
        }
    }

    public bool Contains(UInt128 hash) => _slots[Find(Filled(hash))] != default;

    public bool IsMet(UInt128 hash)
    {
        var slot = Find(Filled(hash));
        return _slots[slot] != default && (_met[slot >> 6] & (1UL << (slot & 63))) != 0;
    }

    /// <summary>Numbers of the rows that no line has met.</summary>
    public IEnumerable<long> NotMet()
    {
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] != default && _rows[slot] != Several && (_met[slot >> 6] & (1UL << (slot & 63))) == 0)
            {
                yield return _rows[slot];
            }
        }

        foreach (var row in _unhashed)
        {
            yield return row;
        }
    }

    // An empty slot is 0.
    private static UInt128 Filled(UInt128 hash) => hash == default ? UInt128.One : hash;

    private int Find(UInt128 hash)
    {
        var slot = (int)Math.BigMul((ulong)(hash >> 64), (ulong)_slots.Length, out _);
        while (_slots[slot] != default && _slots[slot] != hash)
        {
            slot = slot + 1 == _slots.Length ? 0 : slot + 1;
        }

        return slot;
    }

    private void Grow()
    {
        var (old, rows, met) = (_slots, _rows, _met);
        _slots = new UInt128[old.Length * 2];
        _rows = new long[_slots.Length];
        _met = new ulong[(_slots.Length / 64) + 1];
        for (var i = 0; i < old.Length; i++)
        {
            if (old[i] != default)
            {
                var slot = Find(old[i]);
                (_slots[slot], _rows[slot]) = (old[i], rows[i]);
                _met[slot >> 6] |= ((met[i >> 6] >> (i & 63)) & 1) << (slot & 63);
            }
        }
    }
}
