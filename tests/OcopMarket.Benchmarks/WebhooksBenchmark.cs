using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.Benchmarks;

/// <summary>How long a platform waits for the answer to its callback while they come without a pause over four connections: three in five are new, one
/// in four was sent before, the rest bears a forger's signature. The real program with the pages' role as a process of its own, and the server that
/// <c>./run</c> uses. Beside it, in the same run and by turns, the same bodies to a bare Kestrel in a process of its own that writes each in one row
/// and checks nothing; its time is the yardstick. The ratio is the time of the 99th of a hundred as a share of half a second.</summary>
internal sealed class WebhooksBenchmark : IBenchmark
{
    private const string Process = "echo-in-a-process";
    private const int Connections = 4;
    private const int Blocks = 5;
    private const int WarmUp = 400;
    private const double Limit = 0.5; // seconds

    public string Name => "webhooks";
    public double Goal => 1;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var rows = options.Rows ?? 5_000;
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        await database.ExecuteAsync("CREATE TABLE echo (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL); GRANT INSERT ON echo TO ocop_worker", cancellationToken);
        using RSA platform = RSA.Create(2048), forger = RSA.Create(2048);
        using var ours = Server.Start(Program(database, platform));
        using var bare = Server.Start(Echo(database));
        await Task.WhenAll(ours.ReadyAsync("/health/live", cancellationToken), bare.ReadyAsync("/", cancellationToken));

        var first = Callbacks(WarmUp, "warm", platform, forger);
        await ours.SendAsync("/webhooks/postmart", first, cancellationToken);
        await bare.SendAsync("/", Unchecked(first), cancellationToken);
        List<double> mine = [], theirs = [];
        var kept = first.Count(c => c.IsNew);
        for (var block = 0; block < Blocks; block++)
        {
            var callbacks = Callbacks(rows / Blocks, FormattableString.Invariant($"block{block}"), platform, forger);
            kept += callbacks.Count(c => c.IsNew);
            mine.AddRange(await ours.SendAsync("/webhooks/postmart", callbacks, cancellationToken));
            theirs.AddRange(await bare.SendAsync("/", Unchecked(callbacks), cancellationToken));
        }

        await using (var count = database.Source.CreateCommand("SELECT count(*) FROM webhook_receipt"))
        {
            if ((long)(await count.ExecuteScalarAsync(cancellationToken))! is var stored && stored != kept)
            {
                throw new InvalidOperationException($"{kept} callbacks were new and {stored} are kept.");
            }
        }

        await Console.Error.WriteLineAsync($"answer to a callback: {Text(mine)}; bare Kestrel with one INSERT: {Text(theirs)}; all {kept} new ones kept once");
        var (p99, bareP99) = (Percentile(mine, 0.99), Percentile(theirs, 0.99));
        return new(Name, mine.Count, p99, bareP99, p99 / Limit, Goal, p99 < Limit, ours.PeakMiB());
    }

    /// <returns>Whether these were the arguments of the bare server.</returns>
    public static async Task<bool> WorkAsync(string[] arguments)
    {
        if (arguments.FirstOrDefault() != Process)
        {
            return false;
        }

        await using var database = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("ECHO_CONNECTION")!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments[1]}");
        await using var app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapPost("/", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            await using var insert = database.CreateCommand("INSERT INTO echo (body) VALUES ($1)");
            insert.Parameters.AddWithValue(body.ToArray());
            await insert.ExecuteNonQueryAsync(http.RequestAborted);
        });
        await app.RunAsync();
        return true;
    }

    private static Func<int, ProcessStartInfo> Program(BenchDatabase database, RSA platform) => port =>
    {
        var home = Directory.CreateDirectory(Path.Combine(database.Folder, "home")).FullName;
        var start = Dotnet("OcopMarket.App.dll", "serve", "--roles", "web", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", home);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["OCOP_HOME"] = home,
            ["Database__ConnectionString"] = database.ConnectionString,
            ["Database__WorkerConnectionString"] = database.WorkerString,
            ["Database__WebConnectionString"] = DatabaseLogins.Derive(database.ConnectionString, DatabaseRole.Web),
            ["Marketplaces__Postmart__CallbackPublicKey"] = platform.ExportSubjectPublicKeyInfoPem(),
            ["Logging__LogLevel__Default"] = "Error",
        })
        {
            start.Environment[name] = value;
        }

        return start;
    };

    private static Func<int, ProcessStartInfo> Echo(BenchDatabase database) => port =>
    {
        var start = Dotnet("OcopMarket.Benchmarks.dll", Process, port.ToString(CultureInfo.InvariantCulture));
        start.Environment["ECHO_CONNECTION"] = database.WorkerString;
        return start;
    };

    private static ProcessStartInfo Dotnet(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        Array.ForEach(arguments, start.ArgumentList.Add);
        return start;
    }

    /// <summary>Signed beforehand, mixed as they would come.</summary>
    private static List<Callback> Callbacks(int count, string name, RSA platform, RSA forger)
    {
        var sent = new List<Callback>(count);
        for (var n = 0; n < count; n++)
        {
            var code = FormattableString.Invariant($"OC-{name}-{n}");
            sent.Add((n % 20) switch
            {
                > 0 and <= 5 => sent[n - (n % 20)] with { IsNew = false }, // the first of its twenty once more
                > 16 => new(Body(code, forger), false, HttpStatusCode.Unauthorized),
                _ => new(Body(code, platform), true, HttpStatusCode.OK),
            });
        }

        return sent;
    }

    /// <summary>The bare server takes all of them.</summary>
    private static List<Callback> Unchecked(List<Callback> callbacks) => [.. callbacks.Select(c => c with { Expected = HttpStatusCode.OK })];

    private static object Body(string code, RSA signedBy)
    {
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        var signature = signedBy.SignData(Encoding.UTF8.GetBytes($"POSTMART{now}{code}2"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new
        {
            data = new[] { new { shopCode = FormattableString.Invariant($"PM{int.Parse(code.AsSpan(code.LastIndexOf('-') + 1), CultureInfo.InvariantCulture) % 200}"), itemCode = code, productId = "1", status = 2, changedDate = now } },
            sendDate = now,
            signature = Convert.ToBase64String(signature),
        };
    }

    private static double Percentile(List<double> seconds, double share) => seconds.Order().ElementAt((int)Math.Min(seconds.Count - 1, share * seconds.Count));

    private static string Text(List<double> seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {1000 * Percentile(seconds, 0.5):0.0} ms, p95 {1000 * Percentile(seconds, 0.95):0.0} ms, p99 {1000 * Percentile(seconds, 0.99):0.0} ms");

    private sealed record Callback(object Body, bool IsNew, HttpStatusCode Expected);

    /// <summary>A process that answers on a port of its own.</summary>
    private sealed class Server : IDisposable
    {
        private readonly System.Diagnostics.Process _process;
        private readonly HttpClient _client;

        private Server(System.Diagnostics.Process process, int port)
        {
            _process = process;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = new($"http://127.0.0.1:{port}") };
        }

        public static Server Start(Func<int, ProcessStartInfo> program)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            return new(System.Diagnostics.Process.Start(program(port))!, port);
        }

        public double PeakMiB()
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1048576.0;
        }

        public async Task ReadyAsync(string path, CancellationToken cancellationToken)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            while (true)
            {
                try
                {
                    using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), patience.Token);
                    answer.EnsureSuccessStatusCode();
                    return;
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    await Task.Delay(100, patience.Token);
                }
            }
        }

        /// <returns>Seconds from sending to the whole answer, of each.</returns>
        public async Task<IReadOnlyList<double>> SendAsync(string path, IReadOnlyList<Callback> callbacks, CancellationToken cancellationToken)
        {
            var seconds = new double[callbacks.Count];
            await Parallel.ForAsync(
                0, callbacks.Count, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
                async (n, token) =>
                {
                    using var content = JsonContent.Create(callbacks[n].Body);
                    await content.LoadIntoBufferAsync(token);
                    var begin = Stopwatch.GetTimestamp();
                    using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content, token);
                    seconds[n] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    if (answer.StatusCode != callbacks[n].Expected)
                    {
                        throw new InvalidOperationException($"Callback {n} was answered {answer.StatusCode}, not {callbacks[n].Expected}.");
                    }
                });
            return seconds;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _client.Dispose();
        }
    }
}
