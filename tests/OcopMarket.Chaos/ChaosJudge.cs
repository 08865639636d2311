namespace OcopMarket.Chaos;

/// <summary>Compares what the platforms hold with what the source last said, and both with the ledger.</summary>
internal sealed class ChaosJudge(ChaosCatalogue catalogue, ChaosPlatforms platforms, ChaosDatabase database)
{
    private const int Told = 5;
    private readonly List<string> _faults = [];

    public long Lost { get; private set; }
    public long Duplicated { get; private set; }
    public long WrongPrices { get; private set; }
    public long WrongStocks { get; private set; }
    public long RateBreaches { get; private set; }
    public long Planted { get; private set; }
    public IReadOnlyList<string> Faults => _faults;

    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        var rows = await database.AskAsync<LedgerRow>(
            """
            SELECT l.marketplace, p.name, l.state, l.owner, l.due_at IS NOT NULL AS has_due, l.external_id,
                   concat_ws(' ', l.seen, 'at', l.seen_price, 'wanted', l.desired_price, 'stock', l.seen_stock, l.desired_stock) || ' '
                   || (SELECT string_agg(concat_ws('/', t.lane, t.wanted_revision, t.sent_revision, t.last_outcome, t.last_code), ' ')
                       FROM listing_task t WHERE t.listing_id = l.id) AS story,
                   ARRAY(SELECT DISTINCT i.origin || ':' || i.code FROM listing_issue i
                         WHERE i.listing_id = l.id AND i.closed_at IS NULL AND i.severity = 'blocking' ORDER BY 1) AS issues
            FROM listing l JOIN product p ON p.id = l.product_id
            """, cancellationToken);
        foreach (var key in platforms.Keys)
        {
            var state = await platforms.StateAsync(key, cancellationToken);
            Duplicated += state.DuplicateItems;
            RateBreaches += state.RateBreaches;
            Judge(
                key, state.Items.Where(i => !i.Deleted).ToLookup(i => ChaosProduct.CodeOf(i.Name)),
                rows.Where(r => r.Marketplace == key).ToLookup(r => ChaosProduct.CodeOf(r.Name)));
        }

        Say(Lost, "lost");
        Say(Duplicated, "items too many");
        Say(WrongPrices, "wrong prices");
        Say(WrongStocks, "wrong stocks");
        Say(RateBreaches, "calls above a platform's limit");
        await TasksAsync(cancellationToken);
    }

    private void Judge(string key, ILookup<string, PlatformItem> items, ILookup<string, LedgerRow> rows)
    {
        foreach (var product in catalogue.Products)
        {
            var row = rows[product.Code].SingleOrDefault();
            var item = items[product.Code].FirstOrDefault();
            if (product.Claim)
            {
                Planted++;
                Check(item is null && row is { State: "blocked" } && row.Issues.Length > 0, $"{key}: {product.Name} promises a cure and is {row?.State}, on the platform: {item?.Id}");
            }
            else if (item is null || row is null)
            {
                Lost++;
                Check(false, $"{key}: {product.Name} is not on the platform, the ledger says {row}");
            }
            else
            {
                JudgeItem(key, product, item, row);
            }
        }
    }

    private void JudgeItem(string key, ChaosProduct product, PlatformItem item, LedgerRow row)
    {
        Check(row.ExternalId == item.Id, $"{key}: {product.Name} is {item.Id} there and {row.ExternalId} here");
        if (item.Reasons.Count > 0)
        {
            Planted++;
            Check(row is { State: "rejected", Owner: "producer" or "staff", HasDue: true, Issues.Length: > 0 }, $"{key}: {product.Name} was refused and is {row}");
            return;
        }

        if (item.Price != product.Price)
        {
            WrongPrices++;
            Check(false, $"{key}: {product.Name} costs {item.Price} there, {product.Price} is wanted; {row}");
        }

        if (item.Quantity != product.Stock)
        {
            WrongStocks++;
        }

        Check(item.Live && row.State == "live" && row.Issues.Length == 0, $"{key}: {product.Name} is live there: {item.Live}, here: {row}");
    }

    private async Task TasksAsync(CancellationToken cancellationToken)
    {
        foreach (var task in await database.AskAsync<TaskCount>(
            "SELECT state, lane, count(*) AS count FROM listing_task WHERE state <> 'idle' GROUP BY 1, 2", cancellationToken))
        {
            _faults.Add($"{task.Count} {task.Lane} tasks are still {task.State}");
        }
    }

    private void Say(long count, string what)
    {
        if (count > 0)
        {
            _faults.Add($"{count} {what}");
        }
    }

    private void Check(bool good, string otherwise)
    {
        if (!good && _faults.Count(f => f.Contains(": ", StringComparison.Ordinal)) < Told)
        {
            _faults.Add(otherwise);
        }
        else if (!good)
        {
            Unsaid++;
        }
    }

    /// <summary>Faults of single listings beyond those that are told.</summary>
    public int Unsaid { get; private set; }

    private sealed record TaskCount(string State, string Lane, long Count);

    private sealed record LedgerRow
    {
        public string Marketplace { get; init; } = "";
        public string Name { get; init; } = "";
        public string State { get; init; } = "";
        public string Owner { get; init; } = "";
        public bool HasDue { get; init; }
        public string? ExternalId { get; init; }
        public string Story { get; init; } = "";
        public string[] Issues { get; init; } = [];

        public override string ToString() => $"{State} ({Owner}) {ExternalId} {string.Join(' ', Issues)} {Story}";
    }
}
