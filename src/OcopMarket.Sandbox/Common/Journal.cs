using System.Text;
using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

/// <summary>One file of JSON lines, one line per transaction, handed to the operating system before the answer leaves: a killed
/// process
/// loses nothing that it answered. A last line without its end was never answered and is cut off at the next start.</summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private readonly FileStream _lock;

    private Journal(FileStream file, FileStream fileLock) => (_file, _lock) = (file, fileLock);

    /// <summary>Plays every whole line back, in order, then stands ready to append.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public static Journal Open(string path, Action<JsonElement> replay)
    {
        // The lock ends with the process; the journal itself stays readable for everybody.
        var fileLock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        FileStream? file = null;
        try
        {
            // No buffer of our own: each write is one system call.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            file.SetLength(Replay(file, replay));
            file.Seek(0, SeekOrigin.End);
            return new Journal(file, fileLock);
        }
        catch
        {
            file?.Dispose();
            fileLock.Dispose();
            throw;
        }
    }

    public void Append(byte[] line)
    {
        var withEnd = new byte[line.Length + 1];
        line.CopyTo(withEnd, 0);
        withEnd[^1] = (byte)'\n';
        _file.Write(withEnd);
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    /// <returns>The length of the part that is whole.</returns>
    private static long Replay(FileStream file, Action<JsonElement> replay)
    {
        using var reader = new BufferedStream(new Unclosed(file), 1 << 20);
        var line = new MemoryStream();
        long whole = 0;
        for (int next; (next = reader.ReadByte()) >= 0;)
        {
            if (next != '\n')
            {
                line.WriteByte((byte)next);
                continue;
            }

            Play(line, replay);
            whole += line.Length + 1;
            line.SetLength(0);
        }

        return whole;
    }

    private static void Play(MemoryStream line, Action<JsonElement> replay)
    {
        try
        {
            using var document = JsonDocument.Parse(line.GetBuffer().AsMemory(0, (int)line.Length));
            replay(document.RootElement);
        }
        catch (JsonException e)
        {
            var start = Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)Math.Min(line.Length, 80));
            throw new InvalidDataException($"The journal holds a line that cannot be read: {start}", e);
        }
    }

    /// <summary>Lets a reader be disposed without its file.</summary>
    private sealed class Unclosed(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override void Flush() => inner.Flush();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
