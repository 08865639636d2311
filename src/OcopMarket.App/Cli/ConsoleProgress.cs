namespace OcopMarket.App.Cli;

/// <summary>Progress on standard error: one line that moves on a terminal, a plain line per change otherwise.</summary>
internal static class ConsoleProgress
{
    public static IProgress<string> Create() => Console.IsErrorRedirected ? new Plain() : new Moving();

    private sealed class Moving : IProgress<string>
    {
        public void Report(string value) => Console.Error.Write($"\r\u001b[K{value}");
    }

    private sealed class Plain : IProgress<string>
    {
        private string _last = "";

        public void Report(string value)
        {
            if (value != _last)
            {
                _last = value;
                Console.Error.WriteLine(value);
            }
        }
    }
}
