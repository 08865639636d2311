using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>The database alone keeps rows apart, whatever the program forgets.</summary>
public sealed class RowSecurityTests(ProvinceFixture province) : IClassFixture<ProvinceFixture>
{
    /// <summary>Rows that each scope sees of three producers' three: one each, in the first province the first two.</summary>
    private static readonly string[] _ofProducers =
    [
        "producer", "product", "variant", "certification", "product_image", "product_edit", "source_row", "account_event", "account_queue", "account_issue", "connect_attempt", "consent_notice", "shop_item",
        "listing", "listing_issue", "listing_task", "listing_attempt", "listing_event", "listing_hold", "guard_hold",
        "product_season", "product_away", "wish_item",
    ];

    [Fact]
    public async Task Every_table_with_a_producers_rows_is_closed_to_all_that_no_policy_lets_in()
    {
        var open = await province.QueryAsync<string>(
            """
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('producer_id', 'listing_id', 'account_id') AND NOT a.attisdropped)
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                  SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['ocop_web'::regrole::oid]
                    AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))
            """);
        var passing = await province.QueryAsync<string>(
            """
            SELECT rolname FROM pg_roles r WHERE rolname LIKE 'ocop\_%' AND (rolsuper OR rolbypassrls OR EXISTS (
                SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = r.oid))
            """);
        var views = await province.QueryAsync<string>(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)");

        Assert.Empty(open);
        Assert.Empty(passing);
        Assert.Empty(views);
    }

    [Fact]
    public async Task Who_says_nothing_sees_nothing()
    {
        foreach (var table in await ClosedAsync())
        {
            Assert.Equal((table, 0), (table, await IsShownAsync(table) ? await province.SeenAsync(table, DataScope.None) : 0));
        }
    }

    [Fact]
    public async Task All_is_all_and_no_table_is_left_out_of_this_test()
    {
        foreach (var table in await ClosedAsync())
        {
            var stored = await province.CountAsync(table);
            Assert.True(stored > 0, $"{table} has no row here: give it one for each producer.");
            if (await IsShownAsync(table))
            {
                Assert.Equal((table, stored), (table, await province.SeenAsync(table, DataScope.All)));
            }
        }
    }

    [Fact]
    public async Task A_business_sees_its_own_and_staff_see_their_units()
    {
        foreach (var table in _ofProducers)
        {
            Assert.Equal((table, 1), (table, await province.SeenAsync(table, DataScope.Producer(1))));
            Assert.Equal((table, 0), (table, await province.SeenAsync(table, DataScope.Producer(9))));
            Assert.Equal((table, 2), (table, await province.SeenAsync(table, DataScope.OfUnits(["86"])))); // with the former commune that lies within
            Assert.Equal((table, 1), (table, await province.SeenAsync(table, DataScope.OfUnits(["29398"])))); // which was split: one half is not the whole
            Assert.Equal((table, 1), (table, await province.SeenAsync(table, DataScope.OfUnits(["96"]))));
            Assert.Equal((table, 3), (table, await province.SeenAsync(table, DataScope.OfUnits(["86", "96"]))));
        }
    }

    [Fact]
    public async Task A_shared_shop_is_seen_by_who_gave_it_a_mandate_and_by_no_other_producer()
    {
        Assert.Equal(1, await province.SeenAsync("seller_account", DataScope.Producer(1)));
        Assert.Equal(2, await province.SeenAsync("seller_account", DataScope.Producer(2)));
        Assert.Equal(1, await province.SeenAsync("seller_account", DataScope.Producer(3)));
        Assert.Equal(2, await province.SeenAsync("mandate", DataScope.Producer(2)));
    }

    [Fact]
    public async Task Lists_as_they_were_sent_are_staffs_and_counters_that_count_everybody_are_for_who_sees_everybody()
    {
        foreach (var table in new[] { "source_run", "source_rejected" })
        {
            Assert.Equal((table, 0), (table, await province.SeenAsync(table, DataScope.Producer(1))));
            Assert.Equal((table, 1), (table, await province.SeenAsync(table, DataScope.OfUnits(["86"]))));
        }

        Assert.Equal(0, await province.SeenAsync("listing_count", DataScope.OfUnits(["86"])));
    }

    [Fact]
    public async Task The_first_page_counts_what_its_reader_may_see()
    {
        province.Become(DataScope.OfUnits(["86"]));
        var overview = await new OverviewQueries(province.Reading).GetAsync(DateTimeOffset.UtcNow, CancellationToken.None);

        Assert.Equal(2, overview.States.Sum(s => s.Count));
        Assert.Equal(2, overview.Catalogue.Products);
        Assert.Equal(3, overview.Catalogue.Accounts); // two of their own, one shared
    }

    [Fact]
    public async Task A_search_finds_within_the_scope_only()
    {
        var products = new ProductQueries(province.Reading);
        var filter = new ProductFilter("mắm số");
        foreach (var (scope, found) in new[]
        {
            (DataScope.None, 0), (DataScope.Producer(2), 1), (DataScope.OfUnits(["86"]), 2), (DataScope.All, 3),
        })
        {
            province.Become(scope);
            Assert.Equal(found, (await products.ListAsync(filter, new DateOnly(2026, 11, 25), CancellationToken.None)).Total);
            Assert.Equal(found, await province.Reading.FirstAsync<long>("SELECT count(*) FROM search_products('%mam%')", null, CancellationToken.None));
        }

        province.Become(DataScope.Producer(1));
        Assert.Empty((await products.ListAsync(new("Tân Thành"), new DateOnly(2026, 11, 25), CancellationToken.None)).Rows); // a producer's name
    }

    [Fact]
    public async Task A_business_sees_only_its_own_even_where_row_security_is_off()
    {
        var reading = new ReadingDatabase(new PortalDatabase(province.Superuser), province);
        var (now, today, none) = (DateTimeOffset.UtcNow, new DateOnly(2026, 11, 25), CancellationToken.None);
        province.Become(DataScope.Producer(2));

        Assert.Equal("Mắm số 2", Assert.Single((await new ProductQueries(reading).ListAsync(new(), today, none)).Rows).Name);
        Assert.Equal(2, Assert.Single((await new ListingQueries(reading).ListAsync(new(), now, none)).Rows).ProductId);
        Assert.Equal(1, Assert.Single(await new IssueQueries(reading).ListAsync(null, null, none)).Listings);
        Assert.Equal([2L, 4L], (await new AccountQueries(reading).ListAsync(null, null, null, today, none)).Rows.Select(r => r.Id).Order());
        Assert.Null(await new ProductDetailQueries(reading).GetAsync(1, none));
        Assert.NotNull(await new ProductDetailQueries(reading).GetAsync(2, none));
        Assert.Null(await new AccountQueries(reading).OneAsync(1, today, none));
        Assert.Single((await new AccountQueries(reading).OneAsync(4, today, none))!.Mandates);
        var overview = await new OverviewQueries(reading).GetAsync(now, none);
        Assert.Equal((1, 1, 2), (overview.Catalogue.Products, overview.States.Sum(s => s.Count), overview.Catalogue.Accounts));
    }

    [Theory]
    [InlineData("all ")]
    [InlineData("ALL")]
    [InlineData("producer:1 OR true")]
    [InlineData("producer:")]
    [InlineData("units:86;all")]
    [InlineData("units:{86}")]
    [InlineData("producer:999999999999999999999999")]
    public async Task A_scope_that_is_written_wrongly_opens_nothing(string scope)
    {
        await using var connection = await province.WebSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT set_config('app.scope', @scope, true)", new { scope }, transaction);

        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM product", transaction: transaction));
    }

    [Fact]
    public async Task Even_with_rights_nobody_writes_into_anothers_rows()
    {
        // What a later step may grant: the policy still asks whose row it is.
        await province.ExecuteAsync("GRANT INSERT, UPDATE, DELETE ON certification TO ocop_web");
        try
        {
            var foreign = "INSERT INTO certification (product_id, producer_id, key, kind, expires_how) VALUES (2, 2, 'x', 'recognised', 'unknown')";
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await ProvinceFixture.TryAsync(province.WebSource, DataScope.Producer(1), foreign))?.SqlState);
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await ProvinceFixture.TryAsync(province.WebSource, DataScope.Producer(1), "UPDATE certification SET producer_id = 2"))?.SqlState);
            Assert.Null(await ProvinceFixture.TryAsync(province.WebSource, DataScope.Producer(1), foreign.Replace("(2, 2,", "(1, 1,", StringComparison.Ordinal)));
        }
        finally
        {
            await province.ExecuteAsync("REVOKE INSERT, UPDATE, DELETE ON certification FROM ocop_web");
        }
    }

    [Fact]
    public async Task The_workers_have_every_row_and_the_rights_that_the_engine_needs_on_every_table()
    {
        var without = await province.QueryAsync<string>(
            """
            SELECT c.relname || ' ' || p FROM pg_class c CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
            WHERE c.relnamespace IN ('public'::regnamespace, 'hangfire'::regnamespace) AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_version'
              AND NOT (c.relname LIKE 'audit%' AND p IN ('UPDATE', 'DELETE')) -- only grows
              AND NOT has_table_privilege('ocop_worker', c.oid, p)
            """);
        await using var connection = await province.DataSource.OpenConnectionAsync();

        Assert.Empty(without);
        foreach (var table in await ClosedAsync())
        {
            Assert.Equal((table, await province.CountAsync(table)), (table, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}")));
        }
    }

    [Fact]
    public async Task Nothing_of_one_person_is_left_on_a_connection_for_the_next()
    {
        const int People = 64;
        const int Requests = 100_000;
        var (foreign, asked) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, People).Select(person => Task.Run(async () =>
        {
            var random = new Random(person);
            while (Interlocked.Increment(ref asked) <= Requests)
            {
                var producer = random.Next(4); // 0: somebody whose scope was never said
                province.Become(producer == 0 ? DataScope.None : DataScope.Producer(producer));
                using var stop = new CancellationTokenSource();
                if (random.Next(200) == 0)
                {
                    stop.CancelAfter(TimeSpan.FromMicroseconds(random.Next(800)));
                }

                try
                {
                    var seen = await province.Reading.FirstAsync<Seen>(
                        random.Next(100) == 0 ? "SELECT 1 / (count(*) - count(*)) AS rows, 0 AS others FROM product"
                            : "SELECT count(*) AS rows, count(*) FILTER (WHERE producer_id <> @producer) AS others FROM product",
                        new { producer }, stop.Token);
                    Interlocked.Add(ref foreign, seen!.Rows != Math.Min(producer, 1) || seen.Others != 0 ? 1 : 0);
                }
                catch (Exception e) when (e is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.DivisionByZero })
                {
                    // Broken off in the middle: what it set must go with it.
                }
            }
        })));

        Assert.Equal(0, foreign);
    }

    private Task<bool> IsShownAsync(string table) =>
        province.ScalarAsync<bool>("SELECT has_any_column_privilege('ocop_web', @table, 'SELECT')", new { table });

    private Task<IReadOnlyList<string>> ClosedAsync() => province.QueryAsync<string>(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity ORDER BY relname");

    private sealed record Seen(long Rows, long Others);
}
