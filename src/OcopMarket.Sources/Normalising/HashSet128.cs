namespace OcopMarket.Sources.Normalising;

/// <summary>A set of 128-bit hashes in pieces that do not move: 16 bytes each, at most a third more, however many there are. A set in one
/// piece holds two and three times as much while it grows.</summary>
internal sealed class HashSet128
{
    private const int Pieces = 256;

    private readonly UInt128[][] _pieces = new UInt128[Pieces][];
    private readonly int[] _counts = new int[Pieces];

    /// <returns>False: it was there.</returns>
    public bool Add(UInt128 hash)
    {
        // An empty slot is 0.
        hash = hash == default ? UInt128.One : hash;
        var piece = (int)(hash >> 120);
        var slots = _pieces[piece] ??= new UInt128[8];
        if (!Put(slots, hash))
        {
            return false;
        }

        if (++_counts[piece] * 8L > slots.Length * 7L)
        {
            var larger = new UInt128[slots.Length + (slots.Length / 3) + 1];
            foreach (var old in slots)
            {
                if (old != default)
                {
                    Put(larger, old);
                }
            }

            _pieces[piece] = larger;
        }

        return true;
    }

    private static bool Put(UInt128[] slots, UInt128 hash)
    {
        // The highest eight bits chose the piece.
        var slot = (int)Math.BigMul((ulong)(hash >> 56), (ulong)slots.Length, out _);
        while (slots[slot] != default)
        {
            if (slots[slot] == hash)
            {
                return false;
            }

            slot = slot + 1 == slots.Length ? 0 : slot + 1;
        }

        slots[slot] = hash;
        return true;
    }
}
