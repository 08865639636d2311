using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OcopMarket.Sources.Ndjson;

/// <param name="Hash">Of a line that is too long to be held; else 0.</param>
internal readonly record struct CutBlock(long Offset, int Length, bool IsTooLong, UInt128 Hash);

/// <summary>Gives a file out in blocks of whole lines, to any number of workers, within bounded memory.</summary>
internal sealed class BlockCutter(Stream stream, int maxLine)
{
    public const int BlockBytes = 1 << 20;

    private readonly Lock _gate = new();
    private byte[] _rest = [];
    private long _offset;
    private bool _isEnded;

    /// <summary>After the last block: the file does not end in a line end.</summary>
    public bool IsOpenEnded { get; private set; }

    /// <param name="buffer">Gets the block's bytes, unless its one line is too long.</param>
    public CutBlock? Next(ref byte[] buffer)
    {
        lock (_gate)
        {
            return _isEnded ? null : Cut(ref buffer);
        }
    }

    private CutBlock? Cut(ref byte[] buffer)
    {
        if (buffer.Length < _rest.Length * 2)
        {
            buffer = new byte[_rest.Length * 2];
        }

        _rest.CopyTo(buffer, 0);
        var length = _rest.Length;
        while (true)
        {
            length += stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            _isEnded = length < buffer.Length;
            var end = _isEnded ? length : buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            if (end > 0 || _isEnded)
            {
                IsOpenEnded = _isEnded && length > 0 && buffer[length - 1] != '\n';
                _rest = buffer[end..length];
                return end == 0 ? null : Taken(end, false, 0);
            }

            if (length > maxLine)
            {
                return PassOver(buffer, length);
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>To the end of a line of which nothing is kept.</summary>
    private CutBlock PassOver(byte[] buffer, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(buffer, 0, length);
        (_rest, IsOpenEnded) = ([], true);
        while (stream.Read(buffer) is > 0 and var read)
        {
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            var taken = end < 0 ? read : end + 1;
            hash.AppendData(buffer, 0, taken);
            length += taken;
            if (end >= 0)
            {
                (_rest, IsOpenEnded) = (buffer[taken..read], false);
                break;
            }
        }

        _isEnded = IsOpenEnded;
        return Taken(length, true, BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset()));
    }

    private CutBlock Taken(int length, bool isTooLong, UInt128 hash)
    {
        _offset += length;
        return new(_offset - length, length, isTooLong, hash);
    }
}
