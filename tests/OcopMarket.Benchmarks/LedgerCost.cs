using System.Globalization;

namespace OcopMarket.Benchmarks;

/// <summary>What a piece of work cost, whoever did it: bytes of the database's log, rows written per table, and processor time of the server and of
/// this program (where the system tells it).</summary>
internal sealed class LedgerCost
{
    private const string Tables = """
        SELECT relname AS name, n_tup_ins AS added, n_tup_upd AS updated, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE schemaname = 'public'
        """;

    private readonly EngineField _field;
    private readonly decimal _log;
    private readonly Dictionary<string, TableWrites> _tables;
    private readonly (double Server, double Program) _processor;

    private LedgerCost(EngineField field, decimal log, Dictionary<string, TableWrites> tables, (double Server, double Program) processor) =>
        (_field, _log, _tables, _processor) = (field, log, tables, processor);

    public static async Task<LedgerCost> BeginAsync(EngineField field, CancellationToken cancellationToken) => new(
        field, await LogAsync(field, cancellationToken), await TablesAsync(field, cancellationToken), await ProcessorAsync(field, cancellationToken));

    /// <summary>Since the beginning, for each of so many rows: one line.</summary>
    public async Task<string> PerRowAsync(int rows, CancellationToken cancellationToken)
    {
        var processor = await ProcessorAsync(_field, cancellationToken);
        var bytes = await LogAsync(_field, cancellationToken) - _log;
        var moved = (await TablesAsync(_field, cancellationToken)).Values
            .Select(t => t.Since(_tables.GetValueOrDefault(t.Name))).Where(t => t.Added + t.Updated >= rows / 10).OrderByDescending(t => t.Added + t.Updated);
        return FormattableString.Invariant($"{bytes / rows / 1024:0.0} KiB of log each; ")
            + FormattableString.Invariant($"{1e6 * (processor.Server - _processor.Server) / rows:0} us server, {1e6 * (processor.Program - _processor.Program) / rows:0} us program; ")
            + string.Join("; ", moved.Select(t => FormattableString.Invariant(
            $"{t.Name} {(double)t.Added / rows:0.0} added, {(double)t.Updated / rows:0.0} updated, {(double)t.Hot / rows:0.0} of these in place")));
    }

    private static async Task<decimal> LogAsync(EngineField field, CancellationToken cancellationToken) =>
        (await field.QueryAsync<decimal>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')", null, cancellationToken))[0];

    /// <summary>Seconds: of the server with all that it has started, and of this program.</summary>
    private static async Task<(double Server, double Program)> ProcessorAsync(EngineField field, CancellationToken cancellationToken)
    {
        var backend = (await field.QueryAsync<int>("SELECT pg_backend_pid()", null, cancellationToken))[0];
        var postmaster = Stat(backend)?.Parent;
        var server = postmaster is null ? 0 : Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var pid) ? Stat(pid) : null)
            .Sum(s => s is null ? 0 : s.Pid == postmaster ? s.Own + s.Ended : s.Parent == postmaster ? s.Own : 0);
        return (server, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    /// <summary>proc(5): times in hundredths of a second. Null: no such process, or no such system.</summary>
    private static ProcessTimes? Stat(int pid)
    {
        try
        {
            var line = File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/stat"));
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            double Ticks(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture) / 100;
            return new(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11) + Ticks(12), Ticks(13) + Ticks(14));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record ProcessTimes(int Pid, int Parent, double Own, double Ended);

    private static async Task<Dictionary<string, TableWrites>> TablesAsync(EngineField field, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.5), cancellationToken); // the server's processes tell their counts once a second
        return (await field.QueryAsync<TableWrites>(Tables, null, cancellationToken)).ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    private sealed record TableWrites(string Name, long Added, long Updated, long Hot)
    {
        public TableWrites Since(TableWrites? before) =>
            before is null ? this : this with { Added = Added - before.Added, Updated = Updated - before.Updated, Hot = Hot - before.Hot };
    }
}
