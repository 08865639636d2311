using System.Diagnostics;
using System.Text;

namespace OcopMarket.Testing.Processes;

/// <summary>The real program as a process of its own. Its home is a temporary folder, so nothing of this machine's settings or data
/// leaks in; disposing kills it, and only it.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lines _out;
    private readonly Lines _error;

    private readonly bool _tellsLogins;

    private AppProcess(Process process, string verb)
    {
        _process = process;
        _tellsLogins = verb == "sandbox"; // for whoever plays with it
        _out = new(process.StandardOutput);
        _error = new(process.StandardError);
        process.StandardInput.Close();
    }

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>What was written so far.</summary>
    public string Output => _out.Text;
    public string Errors => _error.Text;

    /// <param name="environment">On top of this process' own, from which settings of OcopMarket are taken out.</param>
    public static AppProcess Start(AppFolder folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder.Path,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "OcopMarket.App.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["OCOP_HOME"] = folder.Path;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, arguments.FirstOrDefault() ?? "");
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<AppResult> RunAsync(
        AppFolder folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var app = Start(folder, environment, arguments);
        return await app.EndAsync();
    }

    /// <summary>Waits for the end, at most five minutes, and for the last line of both streams.</summary>
    public async Task<AppResult> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program did not end. Standard output: {Output} Standard error: {Errors}");
        }

        // A PostgreSQL that outlives a killed program does not hold our pipes; the readers end with the program.
        await Task.WhenAll(_out.Ended, _error.Ended);
        return new(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until standard output or standard error holds a text.</summary>
    /// <exception cref="TimeoutException">Not within two minutes, or the program ended before.</exception>
    public async Task WaitForAsync(string text)
    {
        var patience = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal) && !Errors.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || patience.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"'{text}' did not come. Standard output: {Output} Standard error: {Errors}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL: the program cannot tidy up.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager stops it, then its end.</summary>
    public async Task<AppResult> StopAsync()
    {
        await SignalAsync("TERM");
        return await EndAsync();
    }

    /// <param name="signal">As <c>kill</c> names it: STOP freezes the program, CONT lets it go on as if nothing had been.</param>
    public Task SignalAsync(string signal) => SignalAsync(_process.Id, signal);

    public static async Task SignalAsync(int process, string signal)
    {
        var start = new ProcessStartInfo("kill", [$"-{signal}", process.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true, // it may be gone already
        };
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        if (!_tellsLogins)
        {
            SuiteCanary.Check("what a process wrote", Output);
            SuiteCanary.Check("the messages of a process", Errors);
        }
    }

    private static bool IsOurs(string name) =>
        name.Contains("__", StringComparison.Ordinal) || name.StartsWith("OCOP_", StringComparison.Ordinal);

    private sealed class Lines
    {
        private readonly StringBuilder _text = new();

        public Lines(StreamReader reader) => Ended = ReadAsync(reader);

        public Task Ended { get; }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        private async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_text)
                {
                    _text.Append(line).Append('\n');
                }
            }
        }
    }
}

/// <param name="Errors">All of standard error.</param>
public sealed record AppResult(int Code, string Output, string Errors)
{
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
