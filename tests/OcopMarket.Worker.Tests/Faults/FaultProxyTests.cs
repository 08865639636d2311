using System.Net;
using System.Net.Sockets;
using System.Text;
using OcopMarket.Testing.Faults;

namespace OcopMarket.Worker.Tests.Faults;

/// <summary>The proxy itself, with a server behind it that says back what it hears.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<byte> _heard = [];
    private FaultProxy _proxy = null!;

    public Task InitializeAsync()
    {
        _listener.Start();
        _ = ServeAsync();
        _proxy = FaultProxy.To(((IPEndPoint)_listener.LocalEndpoint).Port);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task What_is_said_comes_back_now_and_after_a_change_of_mode()
    {
        using var client = await ConnectAsync();
        Assert.Equal("one", await AskAsync(client, "one"));
        _proxy.Mode = FaultMode.Latency(TimeSpan.FromMilliseconds(50));
        Assert.Equal("two", await AskAsync(client, "two"));
    }

    [Fact]
    public async Task An_answer_is_reset_or_ended_after_so_many_bytes()
    {
        using var reset = await ConnectAsync();
        _proxy.Mode = FaultMode.ResetAfter(4);
        Assert.Equal("abcd", await AskAsync(reset, "abcdef"));
        await Assert.ThrowsAsync<IOException>(() => AskAsync(reset, "more"));

        using var ended = await ConnectAsync();
        _proxy.Mode = FaultMode.TruncateAfter(4);
        Assert.Equal("abcd", await AskAsync(ended, "abcdef"));
        Assert.Equal("", await AskAsync(ended, "more"));
    }

    [Theory]
    [InlineData(FaultKind.Blackhole, false)]
    [InlineData(FaultKind.NoRequests, false)]
    [InlineData(FaultKind.NoAnswers, true)]
    public async Task A_silent_line_stays_silent_and_the_next_one_is_not(FaultKind kind, bool arrives)
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.Mode = new FaultMode(kind);
        await client.GetStream().WriteAsync("lost"u8.ToArray());
        using var next = await ConnectAsync();
        await next.GetStream().WriteAsync("also"u8.ToArray());
        if (arrives)
        {
            while (!Heard().Contains("lost", StringComparison.Ordinal) || !Heard().Contains("also", StringComparison.Ordinal))
            {
                await Task.Delay(5);
            }
        }

        await Task.Delay(100); // time enough for what must not come
        _proxy.Mode = FaultMode.Pass;

        using var fresh = await ConnectAsync();
        Assert.Equal("after", await AskAsync(fresh, "after"));
        await client.GetStream().WriteAsync("?"u8.ToArray());
        await Task.Delay(100);
        Assert.False(client.GetStream().DataAvailable);
        Assert.Equal(arrives, Heard().Contains("lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CutAt.Request, "", false)]
    [InlineData(CutAt.Answer, "", true)]
    [InlineData(CutAt.HalfAnswer, "COMMIT and twenty by", true)]
    public async Task A_request_with_a_chosen_text_is_cut_once(CutAt at, string answer, bool arrives)
    {
        using var client = await ConnectAsync();
        _proxy.CutNext("COMMIT", at);
        Assert.Equal("BEGIN", await AskAsync(client, "BEGIN"));

        var part = "";
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            part = await AskAsync(client, "COMMIT and twenty bytes and more");
            await AskAsync(client, "again");
        });

        Assert.Equal((answer, arrives, 1), (part, Heard().Contains("COMMIT", StringComparison.Ordinal), _proxy.CutsMade));
        using var next = await ConnectAsync();
        Assert.Equal("COMMIT", await AskAsync(next, "COMMIT"));
    }

    private string Heard()
    {
        lock (_heard)
        {
            return Encoding.UTF8.GetString([.. _heard]);
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private static async Task<string> AskAsync(TcpClient client, string text)
    {
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));
        var answer = new byte[200];
        return Encoding.UTF8.GetString(answer, 0, await client.GetStream().ReadAsync(answer));
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = EchoAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task EchoAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[1024];
            try
            {
                for (int read; (read = await client.GetStream().ReadAsync(buffer)) > 0;)
                {
                    lock (_heard)
                    {
                        _heard.AddRange(buffer.AsSpan(0, read));
                    }

                    await client.GetStream().WriteAsync(buffer.AsMemory(0, read));
                }
            }
            catch (IOException)
            {
                // reset, as asked
            }
        }
    }
}
