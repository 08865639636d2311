using Microsoft.Win32.SafeHandles;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Single lines of a file whose lines were hashed: far ones by themselves, neighbours in one go.</summary>
internal sealed class LineFile(SourceSettings settings, LineHashKind kind) : IDisposable
{
    private const int FarBytes = 1 << 12;
    private const int NearBytes = 1 << 18;

    private readonly FileStream _stream = SourceFile.Open(settings.Path);
    private readonly UInt128 _seed = LineScan.Seed(settings);
    private readonly FieldHash _fields = new();
    private byte[] _buffer = new byte[NearBytes];
    private long _from;
    private int _held;
    private LineBlock? _block;
    private long _offset;
    private int _index;

    private SafeFileHandle Handle => _stream.SafeFileHandle;

    /// <summary>Lines are to be asked for in their order.</summary>
    /// <exception cref="SourceException">The line is no longer what was hashed.</exception>
    public LineOfBytes Read(LineBlock block, int index)
    {
        Seek(block, index);
        var (number, length) = (block.FirstLine + index, block.Lengths[index]);
        if (length > settings.Limits.LineBytes + 2)
        {
            return new(number, ReadOnlyMemory<byte>.Empty, true, block.Hashes[index], block.Hashes[index]);
        }

        Hold(length);
        var bytes = _buffer.AsMemory((int)(_offset - _from), length);
        var line = LineScan.Trim(bytes.Span, number == 1);
        var hash = LineScan.Hash(line, _seed);
        var fields = _fields.Of(line, _seed) ?? hash;
        if (block.Hashes[index] != (kind == LineHashKind.Bytes ? hash : fields))
        {
            throw Refusals.Changed();
        }

        var start = number == 1 && bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var isTooLong = line.Length > settings.Limits.LineBytes;
        return new(number, isTooLong ? ReadOnlyMemory<byte>.Empty : bytes.Slice(start, line.Length), isTooLong, hash, fields);
    }

    public void Dispose() => _stream.Dispose();

    private void Seek(LineBlock block, int index)
    {
        if (block != _block || index < _index)
        {
            (_block, _offset, _index) = (block, block.Offset, 0);
        }

        for (; _index < index; _index++)
        {
            _offset += block.Lengths[_index];
        }
    }

    private void Hold(int length)
    {
        if (_offset >= _from && _offset + length <= _from + _held)
        {
            return;
        }

        var isNear = _offset >= _from && _offset <= _from + _held;
        var wanted = Math.Max(length, isNear ? NearBytes : FarBytes);
        if (_buffer.Length < wanted)
        {
            _buffer = new byte[wanted];
        }

        (_from, _held) = (_offset, 0);
        while (_held < length)
        {
            var read = RandomAccess.Read(Handle, _buffer.AsSpan(_held, wanted - _held), _from + _held);
            _held += read > 0 ? read : throw Refusals.Changed();
        }
    }
}
