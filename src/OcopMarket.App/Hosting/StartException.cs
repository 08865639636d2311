namespace OcopMarket.App.Hosting;

/// <summary>The program cannot do what was asked: one sentence with what to do, and the exit code.</summary>
internal sealed class StartException(string message, int exitCode = ExitCodes.Unusable) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Exit codes of all verbs.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A run that came to its end but not to its goal: the demo did not settle, sums differ.</summary>
    public const int NotReached = 1;

    /// <summary>Wrong arguments.</summary>
    public const int Usage = 2;

    /// <summary><c>--strict</c>: rows were rejected.</summary>
    public const int RowsRejected = 3;

    /// <summary>Input or machine unusable; nothing was applied.</summary>
    public const int Unusable = 4;

    /// <summary>A fault of our own.</summary>
    public const int Fault = 70;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
