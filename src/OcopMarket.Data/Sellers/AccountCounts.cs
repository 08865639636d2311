using Dapper;
using Npgsql;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Data.Sellers;

/// <summary>Households with an account, as a report counts them, and beside it how many accounts are listed one by one. The two are never
/// added: a listed account may be one of those that were counted.</summary>
public sealed record AccountCountRow
{
    public string Marketplace { get; init; } = "";
    public string UnitCode { get; init; } = "";
    public string? Unit { get; init; }
    public DateOnly AsOf { get; init; }
    public int Count { get; init; }
    public string Source { get; init; } = "";
    public string Mark { get; init; } = "";

    /// <summary>Open accounts of the same unit and marketplace that are known one by one.</summary>
    public long Listed { get; init; }
}

public sealed record AccountCountResult(int Rows, int Added, int Changed, int Unchanged, int Repeated, IReadOnlyList<LineProblem> Problems);

/// <summary>Numbers of households of which nothing else is known.</summary>
public sealed class AccountCounts(NpgsqlDataSource dataSource)
{
    private const string Units = "SELECT DISTINCT code FROM admin_unit WHERE code = ANY(@codes)";

    private const string Put = """
        INSERT INTO account_count AS c (marketplace, unit_code, as_of, source, count, mark, recorded_by)
        SELECT * , @by FROM unnest(@marketplaces, @units, @days, @sources, @counts, @marks) ORDER BY 1, 2, 3, 4
        ON CONFLICT (marketplace, unit_code, as_of, source) DO UPDATE SET
            count = excluded.count, mark = excluded.mark, recorded_by = excluded.recorded_by, recorded_at = now()
        WHERE (c.count, c.mark) IS DISTINCT FROM (excluded.count, excluded.mark)
        RETURNING xmax = 0
        """;

    private const string All = """
        SELECT c.marketplace, c.unit_code, u.name AS unit, c.as_of, c.count, c.source, c.mark,
               (SELECT count(*) FROM seller_account a WHERE a.marketplace = c.marketplace AND a.state NOT IN ('closed', 'planned')
                AND (a.unit_code = c.unit_code OR a.unit_code IN (SELECT x.code FROM admin_unit x WHERE x.parent_code = c.unit_code))) AS listed
        FROM account_count c
        LEFT JOIN LATERAL (SELECT name FROM admin_unit u WHERE u.code = c.unit_code ORDER BY valid_to DESC NULLS FIRST LIMIT 1) u ON true
        ORDER BY c.marketplace, c.unit_code, c.as_of DESC, c.source
        """;

    /// <summary>Later numbers for the same marketplace, unit, day and report take the place of earlier ones.</summary>
    public async Task<AccountCountResult> ImportAsync(
        LinePage<AccountCountLine> page, string by, bool dryRun, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = (await connection.QueryAsync<string>(new CommandDefinition(
            Units, new { codes = page.Lines.Select(l => l.UnitCode).Distinct().ToArray() }, transaction, cancellationToken: cancellationToken)))
            .ToHashSet(StringComparer.Ordinal);
        var problems = page.Problems.ToList();
        var lines = new Dictionary<(string, string, DateOnly, string), AccountCountLine>();
        var repeated = page.Repeated;
        foreach (var line in page.Lines)
        {
            if (!known.Contains(line.UnitCode))
            {
                problems.Add(AccountReasons.Of((line.Seq, line.Row, "unit_unknown")));
            }
            else if (!lines.TryAdd((line.Marketplace, line.UnitCode, line.AsOf, line.Source), line))
            {
                problems.Add(AccountReasons.Of((line.Seq, line.Row, "count_repeated")));
            }
        }

        var taken = lines.Values.ToList();
        var written = (await connection.QueryAsync<bool>(new CommandDefinition(Put, new
        {
            by,
            marketplaces = taken.Select(l => l.Marketplace).ToArray(),
            units = taken.Select(l => l.UnitCode).ToArray(),
            days = taken.Select(l => l.AsOf).ToArray(),
            sources = taken.Select(l => l.Source).ToArray(),
            counts = taken.Select(l => l.Count).ToArray(),
            marks = taken.Select(l => l.Mark).ToArray(),
        }, transaction, cancellationToken: cancellationToken))).ToList();
        await (dryRun ? transaction.RollbackAsync(cancellationToken) : transaction.CommitAsync(cancellationToken));
        return new(
            page.Lines.Count + page.Problems.Count + page.Repeated, written.Count(isNew => isNew), written.Count(isNew => !isNew),
            taken.Count - written.Count, repeated, [.. problems.OrderBy(p => p.Seq)]);
    }

    public async Task<IReadOnlyList<AccountCountRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<AccountCountRow>(new CommandDefinition(All, cancellationToken: cancellationToken))];
    }
}
