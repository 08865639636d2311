using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OcopMarket.Sources.Fetching;

namespace OcopMarket.Sources.Tests.Support;

/// <summary>A server on a port of its own that speaks TLS where the caller does, and answers each path as the test wrote it down.</summary>
internal sealed class FetchServer : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = SelfSigned();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FetchServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public static string Thumbprint { get; } = Certificate.GetCertHashString();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What a path answers: whole bytes, head included. A path that is not here answers 404.</summary>
    public Dictionary<string, byte[]> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked for, scheme and head lines.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Paths after whose answer the line is held open.</summary>
    public HashSet<string> Silent { get; } = new(StringComparer.Ordinal);

    public static byte[] Ok(byte[] body, string head = "") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n"), .. body];

    public static byte[] Redirect(string to, int status = 302) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status} Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {to}\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                calls.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var head = new byte[1];
                await client.Client.ReceiveAsync(head, SocketFlags.Peek, _stop.Token);
                Stream stream = client.GetStream();
                if (head[0] == 22)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
                    stream = secure;
                }

                using var reader = new StreamReader(stream, Encoding.ASCII, false, 4096, leaveOpen: true);
                var first = await reader.ReadLineAsync(_stop.Token) ?? "";
                if (first.Length == 0)
                {
                    return;
                }

                Asked.Enqueue((head[0] == 22 ? "https " : "http ") + first);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                var path = first.Split(' ').ElementAtOrDefault(1) ?? "";
                await stream.WriteAsync(
                    Answers.GetValueOrDefault(path, "HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray()), _stop.Token);
                await stream.FlushAsync(_stop.Token);
                if (Silent.Contains(path))
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException
                or System.Security.Authentication.AuthenticationException)
            {
                return;
            }
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>Names as the test gives them; a checked address leads to the server of the test. Everything before the dialling is the real
/// thing, so a private address never gets here.</summary>
internal sealed class ToServer(FetchServer server) : FetchLine
{
    public Dictionary<string, Queue<string[]>> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<string> Dialled { get; } = new();

    public ConcurrentQueue<string> LookedUp { get; } = new();

    public override RemoteCertificateValidationCallback? Trust =>
        (_, certificate, _, _) => certificate?.GetCertHashString() == FetchServer.Thumbprint;

    /// <summary>Answers one after the other; the last one stays.</summary>
    public ToServer With(string name, params string[][] answers)
    {
        Names[name] = new(answers);
        return this;
    }

    public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        LookedUp.Enqueue(host);
        return Names.TryGetValue(host, out var answers)
            ? Task.FromResult<IPAddress[]>([.. (answers.Count > 1 ? answers.Dequeue() : answers.Peek()).Select(IPAddress.Parse)])
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    public override Task<Stream> DialAsync(IPEndPoint checkedAddress, CancellationToken cancellationToken)
    {
        Dialled.Enqueue(checkedAddress.ToString());
        return base.DialAsync(new(IPAddress.Loopback, server.Port), cancellationToken);
    }
}
