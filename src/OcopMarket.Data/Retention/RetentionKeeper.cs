using Dapper;
using Npgsql;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Retention;

/// <param name="Rows">Removed, or emptied of a platform's own words.</param>
public sealed record RetentionCount(string Table, bool Emptied, long Rows);

/// <summary>Removes what has been kept long enough, and nothing that still holds. Small batches, a transaction each, so that nobody waits for
/// it; stopped half-way it goes on the next day. Two at once share the work.</summary>
/// <param name="batch">Rows looked at in one transaction.</param>
public sealed class RetentionKeeper(NpgsqlDataSource dataSource, RetentionPeriods periods, TimeProvider time, int batch = 5_000)
{
    private static readonly RetentionStep[] _steps =
    [
        new("listing_attempt", RetentionSql.AttemptDetails) { Empties = true },
        new("listing_attempt", RetentionSql.Attempts),
        new("listing_event", RetentionSql.EventWords) { Empties = true },
        new("listing_event", RetentionSql.Events),
        new("listing_event", RetentionSql.Decisions) { Kept = Period.Audit },
        new("listing_issue", RetentionSql.IssueWords) { Empties = true },
        new("listing_issue", RetentionSql.Issues),
        new("account_event", RetentionSql.ShopEventWords) { Empties = true },
        new("account_event", RetentionSql.ShopEvents),
        new("account_issue", RetentionSql.ShopIssues),
        new("connect_attempt", RetentionSql.Connections),
        new("consent_notice", RetentionSql.Notices),
        new("source_rejected", RetentionSql.Rejected),
        new("source_row_revision", RetentionSql.Revisions),
        new("listing_hold", RetentionSql.HeldItems),
        new("guard_hold", RetentionSql.Holds),
        new("webhook_receipt", RetentionSql.Callbacks),
        new("wish_plan", RetentionSql.IdlePlans) { Kept = Period.Unconfirmed, Share = 50 },
        new("wish_plan", RetentionSql.Plans) { Share = 50 },

        // A pull asks which pictures are there before it says which product has them: its pages wait for us, or we for them.
        new("media", RetentionSql.Pictures) { First = CatalogueSql.Serialise, Share = 10 },
    ];

    /// <summary>Tables that a step removes rows from, and those that one empties.</summary>
    internal static IEnumerable<(string Table, bool Empties)> Steps => _steps.Select(s => (s.Table, s.Empties)).Distinct();

    /// <returns>What was done, table by table; tables where nothing was to do are left out.</returns>
    public async Task<IReadOnlyList<RetentionCount>> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var done = new List<RetentionCount>();
        foreach (var step in _steps)
        {
            var period = step.Kept ?? (step.Empties ? Period.Answers : TableRegistry.All.Single(t => t.Name == step.Table).Kept);
            var rows = await RunAsync(step, now - periods.Of(period), cancellationToken);
            if (rows > 0)
            {
                done.Add(new(step.Table, step.Empties, rows));
            }
        }

        return done;
    }

    private async Task<long> RunAsync(RetentionStep step, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (limit, total) = (Math.Max(1, batch / step.Share), 0L);
        var place = new Reached();
        do
        {
            place = await BatchAsync(step, new { before, limit, after = place.Last ?? 0, part = place.Part }, cancellationToken);
            total += place.Done;
        }
        while (place.Looked == limit && place.Old > 0);
        return total;
    }

    private async Task<Reached> BatchAsync(RetentionStep step, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (step.First is { } first)
        {
            await connection.ExecuteAsync(new CommandDefinition(first, transaction: transaction, cancellationToken: cancellationToken));
        }

        var reached = await connection.QuerySingleAsync<Reached>(
            new CommandDefinition(step.Sql, parameters, transaction, commandTimeout: 300, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return reached;
    }

    private sealed record RetentionStep(string Table, string Sql)
    {
        public bool Empties { get; init; }

        /// <summary>Where it differs from the rest of the table.</summary>
        public Period? Kept { get; init; }
        public string? First { get; init; }

        /// <summary>Part of the batch that one transaction takes: pictures are heavier than rows.</summary>
        public int Share { get; init; } = 1;
    }

    private sealed record Reached
    {
        public long? Last { get; init; }
        public int Part { get; init; }
        public long Looked { get; init; }
        public long Old { get; init; }
        public long Done { get; init; }
    }
}
