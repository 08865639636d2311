namespace OcopMarket.Benchmarks;

/// <summary>What a piece of work cost the database, whoever did it: bytes of log, and rows written per table.</summary>
internal sealed class LedgerCost
{
    private const string Tables = """
        SELECT relname AS name, n_tup_ins AS added, n_tup_upd AS updated, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE schemaname = 'public'
        """;

    private readonly EngineField _field;
    private readonly decimal _log;
    private readonly Dictionary<string, TableWrites> _tables;

    private LedgerCost(EngineField field, decimal log, Dictionary<string, TableWrites> tables) => (_field, _log, _tables) = (field, log, tables);

    public static async Task<LedgerCost> BeginAsync(EngineField field, CancellationToken cancellationToken) =>
        new(field, await LogAsync(field, cancellationToken), await TablesAsync(field, cancellationToken));

    /// <summary>Since the beginning, for each of so many rows: one line.</summary>
    public async Task<string> PerRowAsync(int rows, CancellationToken cancellationToken)
    {
        var bytes = await LogAsync(_field, cancellationToken) - _log;
        var moved = (await TablesAsync(_field, cancellationToken)).Values
            .Select(t => t.Since(_tables.GetValueOrDefault(t.Name))).Where(t => t.Added + t.Updated >= rows / 10).OrderByDescending(t => t.Added + t.Updated);
        return FormattableString.Invariant($"{bytes / rows / 1024:0.0} KiB of log each; ") + string.Join("; ", moved.Select(t => FormattableString.Invariant(
            $"{t.Name} {(double)t.Added / rows:0.0} added, {(double)t.Updated / rows:0.0} updated, {(double)t.Hot / rows:0.0} of these in place")));
    }

    private static async Task<decimal> LogAsync(EngineField field, CancellationToken cancellationToken) =>
        (await field.QueryAsync<decimal>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')", null, cancellationToken))[0];

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
