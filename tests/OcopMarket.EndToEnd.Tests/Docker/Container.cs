using System.Diagnostics;
using System.Globalization;
using System.Text;
using OcopMarket.App.Hosting;

namespace OcopMarket.EndToEnd.Tests.Docker;

/// <summary>A service as a plain process: the image's entry, the compose file's command and environment, an ordinary user. Only what a
/// container would bring is put in its place: folders, and a port of its own.</summary>
internal sealed class Container : IAsyncDisposable
{
    private readonly Image _image;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Container(Image image, Process process, int port)
    {
        (_image, _process, Port) = (image, process, port);
        process.OutputDataReceived += (_, e) => Say(e.Data);
        process.ErrorDataReceived += (_, e) => Say(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <param name="mounts">Folder of this machine for each folder of the container.</param>
    /// <param name="more">What an administrator would add.</param>
    public static Container Start(
        Image image, ComposeService service, IReadOnlyDictionary<string, string> mounts, IReadOnlyDictionary<string, string> more)
    {
        var port = Ports.FirstFree(0);
        string Here(string text) => mounts.Aggregate(
            text == "5080" ? port.ToString(CultureInfo.InvariantCulture) : text,
            (t, mount) => t == mount.Key || t.StartsWith(mount.Key + "/", StringComparison.Ordinal) ? mount.Value + t[mount.Key.Length..] : t);
        var environment = new Dictionary<string, string>();
        foreach (var (key, value) in image.File.Environment.Concat(service.Environment).Concat(more))
        {
            environment[key] = Here(Usual(value)); // what is said later holds
        }

        return new(image, Run(environment, [.. image.File.Entrypoint.Concat(service.Command).Select(Here)]), port);
    }

    /// <summary><c>${NAME:-value}</c> where nobody set the name.</summary>
    private static string Usual(string text) => text is ['$', '{', .., '}'] && text.IndexOf(":-", StringComparison.Ordinal) is > 0 and var at
        ? text[(at + 2)..^1]
        : text;

    /// <summary>The compose file's health check of this service.</summary>
    public async Task<bool> IsHealthyAsync(string what)
    {
        using var check = Run(
            new Dictionary<string, string> { ["OCOP_PORT"] = Port.ToString(CultureInfo.InvariantCulture) },
            [Path.Combine(_image.Root, "usr", "local", "bin", "healthcheck"), what]);
        await check.WaitForExitAsync();
        return check.ExitCode == 0;
    }

    public async Task UntilHealthyAsync(string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsHealthyAsync(what))
        {
            Assert.False(_process.HasExited, Said);
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), Said);
            await Task.Delay(200);
        }
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Run(IReadOnlyDictionary<string, string> environment, string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\"", .. command])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Environment.UserName == "root")
        {
            start.UserName = "nobody";
        }

        start.Environment.Clear();
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Environment.ProcessPath)}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private void Say(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
