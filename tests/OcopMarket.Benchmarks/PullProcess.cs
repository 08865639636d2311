using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OcopMarket.Benchmarks;

/// <summary>One pull in a process of its own, as <c>./run pull</c> is one: its memory is neither the yardstick's nor the first load's.</summary>
internal static class PullProcess
{
    private const string Name = "pull-in-a-process";

    /// <returns>Whether these were the arguments of such a process.</returns>
    public static async Task<bool> WorkAsync(string[] arguments)
    {
        if (arguments.FirstOrDefault() != Name)
        {
            return false;
        }

        await using var database = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("PULL_CONNECTION")!);
        await PullBenchmarks.PullAsync(database, arguments[1], CancellationToken.None);
        await Console.Out.WriteLineAsync(Peak().ToString(CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Most memory that the process ever held, MiB.</summary>
    /// <param name="work">What the process does, as its first argument.</param>
    public static async Task<double> PeakMiBAsync(string connection, string file, CancellationToken cancellationToken, string work = Name)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PullProcess).Assembly.Location);
        }

        start.ArgumentList.Add(work);
        start.ArgumentList.Add(file);
        start.Environment["PULL_CONNECTION"] = connection;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? double.Parse(said, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The pull in a process of its own ended with {process.ExitCode}.");
    }

    /// <summary>By Linux's own high-water mark; elsewhere by what the runtime knows.</summary>
    internal static double Peak()
    {
        const string status = "/proc/self/status";
        var line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is not null
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024.0
            : Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
    }
}
