using System.Globalization;
using System.Runtime.InteropServices;

namespace OcopMarket.Data.Embedded;

/// <summary>A running server of one folder, as its <c>postmaster.pid</c> and the process table tell it.</summary>
/// <param name="Port">0 while it has not opened one.</param>
/// <param name="Status"><c>starting</c>, <c>ready</c> or <c>stopping</c>; empty when not yet written.</param>
internal sealed record Postmaster(int Pid, int Port, string Status)
{
    private const int Interrupt = 2;
    private const int Quit = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FastStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HardStop = TimeSpan.FromSeconds(10);

    public static string PidFile(string data) => Path.Combine(data, "postmaster.pid");

    /// <summary>What the folder's lock file says, whether or not that process is a server. Lines: 1 pid, 4 port, 8 status.</summary>
    public static Postmaster? Read(string data)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PidFile(data));
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return lines.Length > 0 && Number(lines[0]) is > 0 and var pid
            ? new Postmaster(pid, lines.Length > 3 ? Number(lines[3]) : 0, lines.Length > 7 ? lines[7].Trim() : "")
            : null;
    }

    /// <summary>The running server of this folder. Another process that happens to have its number does not count.</summary>
    public static async Task<Postmaster?> FindAsync(string data, CancellationToken cancellationToken) =>
        Read(data) is { } named && await named.ServesAsync(data, cancellationToken) ? named : null;

    /// <summary>Whether the process lives, is a postgres, and was started for this folder.</summary>
    public async Task<bool> ServesAsync(string data, CancellationToken cancellationToken)
    {
        var arguments = Directory.Exists("/proc/self") ? FromProc() : await FromPsAsync(cancellationToken);
        return arguments.Length > 0
            && Path.GetFileName(arguments[0]) is "postgres" or "postmaster"
            && arguments.Contains(data, StringComparer.Ordinal);
    }

    public async Task<bool> GoneWithinAsync(string data, TimeSpan patience, TimeProvider time)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < patience; await Task.Delay(Pause, time))
        {
            if (!await ServesAsync(data, CancellationToken.None))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends all sessions and stops cleanly; a server that does not is stopped at once and recovers at its next start.</summary>
    /// <returns>Whether it stopped cleanly.</returns>
    public async Task<bool> StopAsync(string data, TimeProvider time)
    {
        _ = Kill(Pid, Interrupt);
        if (await GoneWithinAsync(data, FastStop, time))
        {
            return true;
        }

        _ = Kill(Pid, Quit);
        await GoneWithinAsync(data, HardStop, time);
        return false;
    }

    private string[] FromProc()
    {
        try
        {
            return File.ReadAllText($"/proc/{Pid.ToString(CultureInfo.InvariantCulture)}/cmdline")
                .Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async Task<string[]> FromPsAsync(CancellationToken cancellationToken)
    {
        var told = await new Command("ps", "-o", "command=", "-p", Pid.ToString(CultureInfo.InvariantCulture)).RunAsync(cancellationToken);
        return told.Output.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int Number(string line) =>
        int.TryParse(line, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? number : 0;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
