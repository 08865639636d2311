using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OcopMarket.Testing.Faults;

/// <summary>A TCP proxy on a free port of this machine with a line that a test can break. The mode may change at any time and holds for open
/// connections and new ones alike. What a silent line has swallowed never arrives: that connection stays dead, as after a lost route.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _target;
    private readonly List<FaultLink> _links = [];
    private readonly List<Cut> _cuts = [];
    private readonly Task _accepting;
    private volatile FaultMode _mode = FaultMode.Pass;
    private int _cutsMade;

    private FaultProxy(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public FaultMode Mode
    {
        get => _mode;
        set => _mode = value;
    }

    /// <summary>Connections that were cut by <see cref="CutNext"/> so far.</summary>
    public int CutsMade => Volatile.Read(ref _cutsMade);

    /// <param name="target">Port on this machine to which everything goes.</param>
    public static FaultProxy To(int target) => new(target);

    /// <summary>The next requests that hold a text, each on whatever connection it comes, are cut.</summary>
    public void CutNext(string text, CutAt at, int times = 1)
    {
        lock (_cuts)
        {
            _cuts.AddRange(Enumerable.Repeat(new Cut(Encoding.UTF8.GetBytes(text), at), times));
        }
    }

    /// <summary>Every open connection is silent from now on and for ever; none is closed. New ones follow the mode.</summary>
    public void Forget()
    {
        lock (_links)
        {
            _links.ForEach(l => l.Forget());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        FaultLink[] links;
        lock (_links)
        {
            links = [.. _links];
        }

        foreach (var link in links)
        {
            await link.DisposeAsync();
        }
    }

    internal CutAt? TakeCut(ReadOnlySpan<byte> request)
    {
        lock (_cuts)
        {
            for (var i = 0; i < _cuts.Count; i++)
            {
                if (request.IndexOf(_cuts[i].Text) >= 0)
                {
                    var at = _cuts[i].At;
                    _cuts.RemoveAt(i);
                    Interlocked.Increment(ref _cutsMade);
                    return at;
                }
            }
        }

        return null;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // disposed
            }

            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
            }
            catch (SocketException)
            {
                server.Dispose();
                client.Close(0);
                continue;
            }

            lock (_links)
            {
                _links.Add(new FaultLink(this, client, server));
            }
        }
    }

    private sealed record Cut(byte[] Text, CutAt At);
}

/// <summary>Where a request that holds a chosen text is cut. The connection is reset then.</summary>
public enum CutAt
{
    /// <summary>Before it reaches the other side.</summary>
    Request,

    /// <summary>After the other side has answered; nothing of the answer arrives.</summary>
    Answer,

    /// <summary>After the first twenty bytes of the answer.</summary>
    HalfAnswer,
}

/// <summary>What the line does.</summary>
/// <param name="Bytes">Of the answers of one connection, for the kinds that count.</param>
public sealed record FaultMode(FaultKind Kind, TimeSpan Delay = default, long Bytes = 0)
{
    public static FaultMode Pass { get; } = new(FaultKind.Pass);

    /// <summary>Nothing arrives anywhere; connections are taken and stay silent.</summary>
    public static FaultMode Blackhole { get; } = new(FaultKind.Blackhole);

    /// <summary>Requests arrive and answers do not.</summary>
    public static FaultMode NoAnswers { get; } = new(FaultKind.NoAnswers);

    /// <summary>Requests do not arrive; what the other side says by itself does.</summary>
    public static FaultMode NoRequests { get; } = new(FaultKind.NoRequests);

    /// <summary>Each piece of data, either way, comes later.</summary>
    public static FaultMode Latency(TimeSpan delay) => new(FaultKind.Latency, delay);

    /// <summary>A connection is reset once it has answered so many bytes.</summary>
    public static FaultMode ResetAfter(long bytes) => new(FaultKind.Reset, Bytes: bytes);

    /// <summary>A connection's answers end in order after so many bytes, as if they were complete.</summary>
    public static FaultMode TruncateAfter(long bytes) => new(FaultKind.Truncate, Bytes: bytes);
}

public enum FaultKind { Pass, Latency, Reset, Truncate, NoAnswers, NoRequests, Blackhole }
