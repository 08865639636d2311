using OcopMarket.Data.Tests.Sync;

namespace OcopMarket.Data.Tests;

/// <summary>The database plans anew for tables that grew, and only for these.</summary>
public sealed class TableGrowthTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Rows = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'grown'::regclass";

    [Fact]
    public async Task A_table_that_grew_much_is_looked_at_anew_and_one_that_grew_little_is_not()
    {
        await ledger.ExecuteAsync("CREATE TABLE grown (id bigint)");
        await GrowAsync(1, 2000);
        Assert.Equal(2000, await ledger.ScalarAsync<long>(Rows));

        await GrowAsync(2001, 2900);
        Assert.Equal(2000, await ledger.ScalarAsync<long>(Rows));

        await GrowAsync(2901, 5000);
        Assert.Equal(5000, await ledger.ScalarAsync<long>(Rows));
    }

    private async Task GrowAsync(int first, int last)
    {
        await ledger.ExecuteAsync(FormattableString.Invariant(
            $"INSERT INTO grown SELECT n FROM generate_series({first}, {last}) n; SELECT pg_stat_force_next_flush()"));
        await new TableGrowth(ledger.DataSource).LookAsync(CancellationToken.None);
    }
}
