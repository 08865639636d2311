using System.Net.Sockets;

namespace OcopMarket.Testing.Faults;

/// <summary>One connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class FaultLink : IAsyncDisposable
{
    private const int HalfAnAnswer = 20;
    private readonly FaultProxy _proxy;
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Task _requests;
    private readonly Task _answers;
    private volatile bool _requestsAreLost;
    private volatile bool _answersAreLost;
    private volatile bool _isCut;
    private CutAt _cut;
    private long _answered;
    private int _isReset;

    public FaultLink(FaultProxy proxy, Socket client, Socket server)
    {
        (_proxy, _client, _server) = (proxy, client, server);
        _client.NoDelay = _server.NoDelay = true;
        _requests = PumpAsync(client, server, isAnswer: false);
        _answers = PumpAsync(server, client, isAnswer: true);
    }

    public void Forget() => _requestsAreLost = _answersAreLost = true;

    public async ValueTask DisposeAsync()
    {
        Reset();
        await Task.WhenAll(_requests, _answers);
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                var data = buffer.AsMemory(0, read);
                if (_proxy.Mode is { Kind: FaultKind.Latency, Delay: var delay })
                {
                    await Task.Delay(delay);
                }

                if (!IsLost(isAnswer) && !await (isAnswer ? AnswerAsync(data) : RequestAsync(data)))
                {
                    return;
                }
            }

            if (!IsLost(isAnswer))
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (!IsLost(isAnswer))
            {
                Reset();
            }
        }
    }

    /// <summary>Whether what comes now is swallowed; then so is everything after it.</summary>
    private bool IsLost(bool isAnswer)
    {
        if (isAnswer)
        {
            return _answersAreLost |= _proxy.Mode.Kind is FaultKind.Blackhole or FaultKind.NoAnswers;
        }

        return _requestsAreLost |= _proxy.Mode.Kind is FaultKind.Blackhole or FaultKind.NoRequests;
    }

    /// <returns>False: the link is over.</returns>
    private async Task<bool> RequestAsync(Memory<byte> data)
    {
        if (_proxy.TakeCut(data.Span) is { } cut)
        {
            if (cut == CutAt.Request)
            {
                Reset();
                return false;
            }

            (_cut, _isCut) = (cut, true);
        }

        await _server.SendAsync(data);
        return true;
    }

    private async Task<bool> AnswerAsync(Memory<byte> data)
    {
        var mode = _proxy.Mode;
        var left = _isCut ? (_cut == CutAt.HalfAnswer ? HalfAnAnswer : 0)
            : mode.Kind is FaultKind.Reset or FaultKind.Truncate ? Math.Max(0, mode.Bytes - _answered)
            : long.MaxValue;
        var part = data[..(int)Math.Min(data.Length, left)];
        await _client.SendAsync(part);
        _answered += part.Length;
        if (data.Length < left)
        {
            return true;
        }

        if (!_isCut && mode.Kind == FaultKind.Truncate)
        {
            _client.Shutdown(SocketShutdown.Send);
            _answersAreLost = true;
            return true;
        }

        Reset();
        return false;
    }

    /// <summary>Both sides are told at once, without the courtesy of an ordered end.</summary>
    private void Reset()
    {
        if (Interlocked.Exchange(ref _isReset, 1) == 1)
        {
            return;
        }

        _client.LingerState = new(true, 0);
        _client.Dispose();
        _server.LingerState = new(true, 0);
        _server.Dispose();
    }
}
