using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Listings;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>However many plan at once, and however little they look at, the outcome is that of one who looks at everything.</summary>
public sealed class PlanningTests(PlanningField field) : IClassFixture<PlanningField>
{
    private static readonly string[] _changes =
    [
        "UPDATE variant SET list_price_vnd = CASE WHEN id % 3 = 0 THEN 1850000 ELSE 190000 END WHERE id % 2 = 0 RETURNING product_id",
        "UPDATE variant SET stock_units = CASE WHEN id % 4 = 0 THEN 0 ELSE 7 END RETURNING product_id",
        "UPDATE variant SET stock_units = 9, list_price_vnd = 191000 RETURNING product_id",
        "UPDATE product SET gone_at = now() WHERE id % 11 = 0 RETURNING id AS product_id",
        "UPDATE product SET gone_at = NULL, description = 'Mật hoa dừa' WHERE id % 5 = 0 RETURNING id AS product_id",
    ];

    [Fact]
    public async Task Planners_at_the_same_time_leave_behind_what_one_leaves_behind()
    {
        const int products = 2000; // four pages
        var alone = new PlanningField();
        await alone.InitializeAsync();
        try
        {
            await field.BeginAsync(products);
            await alone.BeginAsync(products);
            foreach (var change in (string[])["", .. _changes])
            {
                if (change.Length > 0)
                {
                    await field.ChangeAsync(change);
                    await alone.ChangeAsync(change);
                }

                await Task.WhenAll(field.PlanAsync(), field.PlanAsync(), field.PlanAsync());
                await alone.PlanAsync();

                AssertSame(await alone.OutcomeAsync(), await field.OutcomeAsync());
            }
        }
        finally
        {
            await alone.DisposeAsync();
        }
    }

    // The first line that differs, whole.
    private static void AssertSame(IReadOnlyList<string> alone, IReadOnlyList<string> together)
    {
        var (first, second) = alone.Zip(together).FirstOrDefault(p => p.First != p.Second);
        Assert.True(first == second, $"{first}\n{second}");
        Assert.Equal(alone.Count, together.Count);
    }

    [Theory]
    [InlineData("UPDATE product SET revision = revision + 1 WHERE id % 2 = 0")]
    [InlineData("UPDATE product SET planned_revision = 0 WHERE id % 3 = 0")]
    [InlineData("UPDATE product SET planned_revision = revision, composed_on = NULL")]
    [InlineData("TRUNCATE producer CASCADE")]
    public async Task What_is_to_be_planned_is_known_whoever_writes_it(string written)
    {
        await field.BeginAsync(30);
        await field.PlanAsync();

        await field.ExecuteAsync(written);

        Assert.Empty(await field.QueryAsync<long>("""
            SELECT id FROM (SELECT id FROM product WHERE planned_revision < revision) p FULL JOIN product_due d ON d.product_id = p.id
            WHERE p.id IS NULL OR d.product_id IS NULL
            """));
        await field.PlanAsync();
        Assert.Equal(0, await field.CountAsync("product_due"));
    }

    [Fact]
    public async Task A_new_day_on_which_nothing_differs_touches_no_listing()
    {
        await field.BeginAsync(100);
        await field.PlanAsync();
        var before = await VersionsAsync();
        await field.NextDayAsync();

        Assert.Equal(0, await field.PlanAsync());

        Assert.Equal(before, await VersionsAsync());
        Assert.Equal(0, await field.ScalarAsync<long>(
            "SELECT count(*) FROM product WHERE composed_on IS DISTINCT FROM @today", new { today = VietnamDay.Of(TimeProvider.System.GetUtcNow()) }));
    }

    [Theory]
    [InlineData("UPDATE variant SET sale_price_vnd = 150000, sale_from = composed_on FROM product p WHERE p.id = product_id", "desired_sale_price = 150000")]
    [InlineData("UPDATE mandate SET until = composed_on - 1 FROM product p WHERE p.producer_id = mandate.producer_id", "state = 'blocked'")]
    [InlineData("UPDATE listing SET content_hash = '\\x00'", "content_revision = 2")]
    [InlineData("UPDATE listing_issue SET closed_at = now() WHERE origin = 'composed'",
        "EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.origin = 'composed' AND i.closed_at IS NULL)", "p.id % 5 = 0")]
    [InlineData("UPDATE listing_issue SET args = '{x}' WHERE origin = 'composed'",
        "NOT EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.args = '{x}' AND i.closed_at IS NULL)", "p.id % 5 = 0")]
    [InlineData("UPDATE listing SET desired = 'off'", "desired = 'on_sale'")]
    [InlineData("UPDATE listing SET desired_stock = NULL", "desired_stock = 120")]
    public async Task What_turns_with_the_day_is_written(string turn, string expected, string which = "true")
    {
        await field.BeginAsync(30);
        await field.PlanAsync();
        await field.ExecuteAsync(turn); // without a new revision of the product
        await field.NextDayAsync();

        await field.PlanAsync();

        Assert.Equal((0L, true), (await field.QueryAsync<(long, bool)>(
            $"""
            SELECT count(*) FILTER (WHERE NOT coalesce({expected}, false)), count(*) > 0
            FROM listing l JOIN product p ON p.id = l.product_id WHERE l.account_id IS NOT NULL AND {which}
            """)).Single());
    }

    [Fact]
    public async Task A_shop_that_is_connected_while_a_day_is_planned_is_given_all_the_same()
    {
        await field.BeginAsync(30);
        await field.PlanAsync();
        await field.NextDayAsync();
        var credential = await field.ScalarAsync<long>("INSERT INTO credential (marketplace, scope, login, key_version) VALUES ('postmart', 'shop', 'late', 1) RETURNING id");
        var (page, composed) = await ComposeAsync();
        await field.Accounts.RegisterAsync(
            new(new("postmart"), "late", 3, "HTX số 3", null, credential, AccountState.Active, "active", "test")
            {
                MandateGivenOn = new DateOnly(2020, 1, 1),
                MandateEvidence = "test",
            },
            CancellationToken.None);

        await field.Composition.ApplyAsync(page, composed, CancellationToken.None);
        await field.PlanAsync();

        Assert.Equal(0, await field.ScalarAsync<long>("SELECT count(*) FROM listing WHERE account_id IS NULL"));
    }

    [Fact]
    public async Task A_planner_that_was_overtaken_does_not_bring_old_facts_back()
    {
        await field.BeginAsync(30);
        await field.PlanAsync();
        await field.ChangeAsync("UPDATE variant SET list_price_vnd = 190000 RETURNING product_id");
        var (page, composed) = await ComposeAsync();
        await field.ChangeAsync("UPDATE variant SET list_price_vnd = 195000 RETURNING product_id");
        await field.PlanAsync();

        Assert.Equal(0, await field.Composition.ApplyAsync(page, composed, CancellationToken.None));

        await field.PlanAsync();
        Assert.Equal("195000", await field.ScalarAsync<string>("SELECT string_agg(DISTINCT desired_price::text, ',') FROM listing"));
    }

    private async Task<(CataloguePage Page, IReadOnlyList<ComposedListing> Composed)> ComposeAsync()
    {
        var today = VietnamDay.Of(TimeProvider.System.GetUtcNow());
        var page = await field.Composition.LoadAsync(
            await field.Composition.DueAsync(today, true, 0, 1000, CancellationToken.None), today, [], CancellationToken.None);
        return (page, field.Planner().Compose(page));
    }

    // xmax: not even locked.
    private Task<IReadOnlyList<string>> VersionsAsync() => field.QueryAsync<string>(
        """
        SELECT format('%s %s %s', id, xmin, xmax) FROM listing UNION ALL SELECT format('t %s %s', id, xmin) FROM listing_task
        UNION ALL SELECT format('i %s %s', id, xmin) FROM listing_issue UNION ALL SELECT format('e %s', id) FROM listing_event ORDER BY 1
        """);
}
