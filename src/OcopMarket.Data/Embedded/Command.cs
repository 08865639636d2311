using System.ComponentModel;
using System.Diagnostics;

namespace OcopMarket.Data.Embedded;

/// <summary>One run of another program: no shell, English output, none of our caller's PostgreSQL, locale or zone settings.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    /// <summary>Exit code that stands for "no such program" and "not allowed to run it", as in a shell.</summary>
    public const int NotFound = 127;

    /// <summary>Login to run as; null: as ourselves.</summary>
    public string? User { get; init; }

    public string Folder { get; init; } = "/";

    /// <summary>Folders with shared libraries that the program needs, joined by colons.</summary>
    public string? Libraries { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return new CommandResult(NotFound, "", missing.Message);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(124, "", $"no end after {Timeout.TotalSeconds:0} s");
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(OnPath(Program), Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfOurCaller).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        if (Libraries is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = Libraries;
        }

        if (User is not null)
        {
            start.UserName = User;
            start.Environment["HOME"] = "/";
        }

        return start;
    }

    /// <summary>A bare name is looked for on PATH only: left to itself the runtime takes a file of that name in the working folder first.</summary>
    private static string OnPath(string program) => program.Contains('/', StringComparison.Ordinal)
        ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists) ?? Path.Combine("/usr/bin", program);

    private static bool IsOfOurCaller(string name) =>
        name is "LANG" or "LANGUAGE" or "TZ"
        || name.StartsWith("PG", StringComparison.Ordinal)
        || name.StartsWith("LC_", StringComparison.Ordinal);
}

internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public bool Ok => ExitCode == 0;

    /// <summary>The line that says why: the first with "error" or "fatal" in it, else the last one.</summary>
    public string Reason
    {
        get
        {
            var lines = (Error + "\n" + Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(IsReason) ?? lines.LastOrDefault() ?? $"exit code {ExitCode}";
        }
    }

    private static bool IsReason(string line) =>
        line.Contains("error", StringComparison.OrdinalIgnoreCase)
        || line.Contains("fatal", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("E: ", StringComparison.Ordinal);
}
