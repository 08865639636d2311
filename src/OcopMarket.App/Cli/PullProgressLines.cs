using System.Globalization;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.App.Cli;

/// <summary>Progress of a pull on standard error: a bar on a terminal; otherwise a line per tenth of the rows.</summary>
internal abstract class PullProgressLines : IProgress<PullProgress>, IDisposable
{
    public static PullProgressLines Create() => Console.IsErrorRedirected ? new Plain() : new Bar();

    public abstract void Report(PullProgress value);

    /// <summary>Leaves the line to whoever writes next.</summary>
    public abstract void Dispose();

    private static string Words(PullProgress value) => value.Phase == PullPhase.Check
        ? string.Create(CultureInfo.InvariantCulture, $"Checking: {value.Rows:N0} rows")
        : string.Create(CultureInfo.InvariantCulture, $"Applying: {value.Rows:N0} of {value.Total ?? value.Rows:N0} rows");

    private sealed class Bar : PullProgressLines
    {
        private const int Width = 30;
        private bool _drawn;

        public override void Report(PullProgress value)
        {
            var filled = value.Total is > 0 and { } total ? (int)((long)Math.Min(value.Rows, total) * Width / total) : 0;
            var bar = value.Total is null ? "" : $" [{new string('#', filled)}{new string('.', Width - filled)}]";
            Console.Error.Write($"\r\u001b[K{Words(value)}{bar}");
            _drawn = true;
        }

        public override void Dispose()
        {
            if (_drawn)
            {
                Console.Error.Write("\r\u001b[K");
            }
        }
    }

    private sealed class Plain : PullProgressLines
    {
        private int _tenth;

        public override void Dispose()
        {
        }

        public override void Report(PullProgress value)
        {
            // While checking, the total is not known and a fault may follow: it shall be the only line.
            var tenth = value is { Phase: PullPhase.Apply, Total: > 0 and { } total } ? (int)(10L * value.Rows / total) : 0;
            if (tenth > _tenth)
            {
                _tenth = tenth;
                Console.Error.WriteLine(Words(value));
            }
        }
    }
}
