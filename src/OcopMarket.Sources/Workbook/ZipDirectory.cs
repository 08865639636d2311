using System.Buffers.Binary;

namespace OcopMarket.Sources.Workbook;

/// <summary>Looks at a zip file's own table before an archive reader makes an object of each line in it: how many parts, that no two of them
/// share bytes, and that each has a plain name. What the table says of sizes after inflating is not believed and not read.</summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int RecordLength = 46;
    private const int LocalLength = 30;

    /// <exception cref="SourceException">Too many parts.</exception>
    /// <exception cref="InvalidDataException">Cut, overlapping parts, or a name that leads somewhere.</exception>
    public static void Check(ReadOnlySpan<byte> zip, SourceLimits limits)
    {
        var end = FindEnd(zip);
        var (count, at) = (BinaryPrimitives.ReadUInt16LittleEndian(zip[(end + 10)..]), (long)U32(zip, end + 16));
        if (count > limits.ZipEntries)
        {
            throw Refusals.TooLarge("quá nhiều phần bên trong", "too many parts inside");
        }

        var isPlain = U32(zip, end + 4) == 0 && at + U32(zip, end + 12) <= end; // one volume, a table that lies before its end
        var places = new List<(long From, long To)>(count);
        for (var i = 0; i < count && isPlain; i++)
        {
            isPlain = at + RecordLength <= end && U32(zip, (int)at) == 0x02014B50;
            if (isPlain)
            {
                var record = zip[(int)at..end];
                var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(record[28..]);
                var length = RecordLength + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(record[30..])
                    + BinaryPrimitives.ReadUInt16LittleEndian(record[32..]);
                isPlain = length <= record.Length && IsPlainName(record.Slice(RecordLength, nameLength));
                if (isPlain)
                {
                    places.Add(Place(record[..length], nameLength));
                }

                at += length;
            }
        }

        if (!isPlain || Overlap(places, U32(zip, end + 16)))
        {
            throw new InvalidDataException("zip directory");
        }
    }

    private static int FindEnd(ReadOnlySpan<byte> zip)
    {
        for (var at = zip.Length - EndLength; at >= Math.Max(0, zip.Length - EndLength - ushort.MaxValue); at--)
        {
            if (U32(zip, at) == 0x06054B50 && at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + 20)..]) == zip.Length)
            {
                return at;
            }
        }

        throw new InvalidDataException("zip end");
    }

    /// <summary>Relative, with slashes, and never upwards. Nothing is ever unpacked to a disk under such a name; a file that tries is not one
    /// that a spreadsheet program wrote.</summary>
    private static bool IsPlainName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 260 && name[0] != '/' && name.IndexOfAny((byte)'\\', (byte)0, (byte)':') < 0
        && name.IndexOf("../"u8) < 0 && !name.EndsWith(".."u8);

    private static (long From, long To) Place(ReadOnlySpan<byte> record, int nameLength)
    {
        var (packed, from) = ((long)U32(record, 20), (long)U32(record, 42));
        if (packed == uint.MaxValue || from == uint.MaxValue)
        {
            (packed, from) = Wide(record[(RecordLength + nameLength)..], U32(record, 24) == uint.MaxValue, packed, from);
        }

        return (from, checked(from + LocalLength + nameLength + packed));
    }

    /// <summary>Some writers use the wide form (extra field 1) for small files too.</summary>
    private static (long Packed, long From) Wide(ReadOnlySpan<byte> extra, bool hasSize, long packed, long from)
    {
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1 && extra.Length >= 4 + length)
            {
                var at = hasSize ? 12 : 4;
                packed = packed == uint.MaxValue ? Next(extra[..(4 + length)], ref at) : packed;
                return (packed, from == uint.MaxValue ? Next(extra[..(4 + length)], ref at) : from);
            }

            extra = extra[Math.Min(extra.Length, 4 + length)..];
        }

        throw new InvalidDataException("zip wide form");
    }

    private static long Next(ReadOnlySpan<byte> field, ref int at)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(field[at..]);
        at += 8;
        return value is >= 0 and <= uint.MaxValue ? value : throw new InvalidDataException("zip wide form");
    }

    private static bool Overlap(List<(long From, long To)> places, long directory)
    {
        places.Sort();
        for (var i = 0; i < places.Count; i++)
        {
            if (places[i].To > (i + 1 < places.Count ? places[i + 1].From : directory))
            {
                return true;
            }
        }

        return false;
    }

    private static uint U32(ReadOnlySpan<byte> zip, int at) => BinaryPrimitives.ReadUInt32LittleEndian(zip[at..]);
}
