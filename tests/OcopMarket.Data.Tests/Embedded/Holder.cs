using System.Diagnostics;
using System.Globalization;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>A running <see cref="HolderProgram"/>.</summary>
internal sealed class Holder : IDisposable
{
    private readonly Process _process;

    private Holder(Process process, string line)
    {
        _process = process;
        Line = line;
    }

    /// <summary>What it said: <c>ready PORT PID CONNECTION</c> or <c>refused FAULT SENTENCE</c>.</summary>
    public string Line { get; }

    public int Port => int.Parse(Line.Split(' ')[1], CultureInfo.InvariantCulture);
    public int ServerPid => int.Parse(Line.Split(' ')[2], CultureInfo.InvariantCulture);

    /// <param name="user">A login to run as (root only); null: as ourselves.</param>
    public static async Task<Holder> StartAsync(string folder, string? user = null)
    {
        var dotnet = Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet" ? own : "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", typeof(HolderProgram).Assembly.Location, "hold", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        if (user is not null)
        {
            start.UserName = user;
            start.Environment["HOME"] = "/tmp";
        }

        var process = Process.Start(start)!;
        return new Holder(process, await process.StandardOutput.ReadLineAsync() ?? "");
    }

    public async Task<int> LetGoAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: nothing of its own runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
