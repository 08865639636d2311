using System.Text;
using Dapper;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Catalog;

[Trait("Category", "Culture")]
public sealed class ApplyPageTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => catalogue.ClearAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_same_page_twice_is_unchanged_and_revises_nothing()
    {
        SourceRecord[] rows = [Records.Product("Mật hoa dừa").Selling(120_000), Records.Product("Đường hoa dừa").Certified(4, new(2021, 3, 30))];

        var first = await catalogue.PullAsync("a", rows);
        var second = await catalogue.PullAsync("a", rows);

        Assert.Equal((2, 0), (first.Accepted, first.Unchanged));
        Assert.Equal((0, 2), (second.Accepted, second.Unchanged));
        Assert.Equal([1, 1], await catalogue.QueryAsync<int>("SELECT revision FROM product"));
        Assert.Equal(2, await catalogue.CountAsync("source_row_revision"));
        Assert.Equal(2, await catalogue.CountAsync("source_run WHERE state = 'done'"));
    }

    [Fact]
    public async Task A_changed_price_revises_that_product_only_and_keeps_both_receipts()
    {
        await catalogue.PullAsync("a", Records.Product("Mật hoa dừa").Selling(120_000), Records.Product("Đường hoa dừa").Selling(90_000));

        var result = await catalogue.PullAsync(
            "a", Records.Product("Mật hoa dừa").Selling(125_000), Records.Product("Đường hoa dừa").Selling(90_000));

        Assert.Equal((1, 1), (result.Accepted, result.Unchanged));
        Assert.Equal(
            ["Mật hoa dừa 2 125000", "Đường hoa dừa 1 90000"],
            await catalogue.QueryAsync<string>("""
                SELECT concat_ws(' ', p.name, p.revision, v.list_price_vnd) FROM product p JOIN variant v ON v.product_id = p.id ORDER BY p.id
                """));
        Assert.Equal(3, await catalogue.CountAsync("source_row_revision"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_product_written_from_its_one_row_is_the_same_worked_out_from_all_rows(bool isChanged)
    {
        SourceRecord[] Rows(decimal price) =>
        [
            Records.Product("Gạo tím", row: 7).Selling(price, "Túi 1 kg", "GT-1").Certified(4, new(2024, 3, 30))
                .With(o => o with { Brand = "Huyền Hội", LengthCm = 12.5m }) with { Invented = ["PriceVnd", "Brand"] },
            Records.Product("Mật hoa dừa", "HTX Hòa Tân", row: 8).Selling(9_000),
        ];
        await catalogue.PullAsync("a", Rows(50_000));
        if (isChanged)
        {
            Assert.Equal((1, 1), (await catalogue.PullAsync("a", Rows(60_000))) is var result ? (result.Accepted, result.Unchanged) : default);
        }

        var plain = await catalogue.QueryAsync<string>(Written);
        await WorkOutAsync();

        Assert.Equal(5, plain.Count);
        Assert.Equal(plain, await catalogue.QueryAsync<string>(Written));
    }

    [Fact]
    public async Task What_hangs_on_a_row_goes_with_it()
    {
        await catalogue.PullAsync("a", Records.Product("Mật hoa dừa"), Records.Product("Đường hoa dừa"));

        await catalogue.ExecuteAsync("DELETE FROM source_row WHERE id = (SELECT min(id) FROM source_row)");

        Assert.Equal((1, 1), (await catalogue.CountAsync("source_line"), await catalogue.CountAsync("source_row_revision")));

        await catalogue.ExecuteAsync("TRUNCATE source_row");

        Assert.Equal((0, 0), (await catalogue.CountAsync("source_line"), await catalogue.CountAsync("source_row_revision")));
    }

    [Fact]
    public async Task A_note_that_no_listing_shows_is_kept_without_a_revision()
    {
        await catalogue.PullAsync("a", Records.Product("Mật hoa dừa"));

        var result = await catalogue.PullAsync("a", Records.Product("Mật hoa dừa") with { Note = "đã gọi điện" });

        Assert.Equal(1, result.Accepted);
        Assert.Equal("đã gọi điện 1", await catalogue.ScalarAsync<string>("SELECT note || ' ' || revision FROM product"));
    }

    [Fact]
    public async Task Composed_and_decomposed_spelling_is_one_product_of_one_producer()
    {
        await catalogue.PullAsync("a", Records.Product("Mật hoa dừa", "HTX Hòa Tân"));
        await catalogue.PullAsync("b", Records.Product(
            "Mật hoa dừa".Normalize(NormalizationForm.FormD), "HTX Hoà Tân".Normalize(NormalizationForm.FormD)));

        Assert.Equal(1, await catalogue.CountAsync("product"));
        Assert.Equal(1, await catalogue.CountAsync("producer"));
        Assert.Equal(1, await catalogue.CountAsync("variant"));
    }

    [Fact]
    public async Task A_product_recognised_twice_is_one_product_with_two_dated_certifications()
    {
        await catalogue.PullAsync(
            "a", Records.Product("Đường hoa dừa").Certified(4, new(2021, 3, 30)),
            Records.Product("Đường hoa dừa", row: 3).Certified(5, null, null, 2023));

        Assert.Equal(1, await catalogue.CountAsync("product"));
        Assert.Equal(
            ["4 2024-03-30 computed 1048/QĐ-TTg", "5 unknown"],
            await catalogue.QueryAsync<string>(
                "SELECT concat_ws(' ', stars, expires_on, expires_how, legal_basis) FROM certification ORDER BY stars"));
    }

    [Fact]
    public async Task A_later_row_without_a_price_keeps_the_price_and_makes_no_second_variant()
    {
        await catalogue.PullAsync(
            "a", Records.Product("Đường hoa dừa").Selling(90_000, "500 g").Certified(4, new(2021, 3, 30)),
            Records.Product("Đường hoa dừa", row: 3).Certified(5, new(2024, 5, 2), "99/QĐ-BNN"));

        Assert.Equal("500 g 90000", Assert.Single(await catalogue.QueryAsync<string>("SELECT name || ' ' || list_price_vnd FROM variant")));
        Assert.Equal(2, await catalogue.CountAsync("certification"));
    }

    [Fact]
    public async Task A_certification_row_that_comes_first_leaves_no_empty_variant_behind()
    {
        await catalogue.PullAsync("a", [
            Records.Page([Records.Product("Đường hoa dừa").Certified(5, new(2024, 5, 2))], "1"),
            Records.Page([Records.Product("Đường hoa dừa", row: 3).Selling(90_000, "500 g"),
                Records.Product("Đường hoa dừa", row: 4).Selling(170_000, "1 kg")], "2")]);

        Assert.Equal(["1 kg", "500 g"], await catalogue.QueryAsync<string>("SELECT name FROM variant WHERE gone_at IS NULL ORDER BY name"));
    }

    [Fact]
    public async Task Of_two_rows_that_disagree_the_later_one_wins_and_both_are_in_the_evidence()
    {
        await catalogue.PullAsync(
            "a", Records.Product("Gạo tím", row: 5).Certified(3, new(2021, 3, 30)).With(o => o with { Brand = "Huyền Hội" }),
            Records.Product("Gạo tím", row: 9).Certified(4, new(2024, 3, 30), "7").With(o => o with { Brand = "Tím Huyền Hội" }));

        var evidence = await catalogue.ScalarAsync<string>("SELECT provenance ->> 'brand' FROM product WHERE brand = 'Tím Huyền Hội'");

        Assert.Contains("\"row\": 9", evidence, StringComparison.Ordinal);
        Assert.Contains("\"value\": \"Huyền Hội\"", evidence, StringComparison.Ordinal);
        Assert.Contains("\"row\": 5", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_value_says_who_stated_it_and_whether_it_was_invented_or_computed()
    {
        await catalogue.PullAsync("a", Records.Product("Gạo tím", row: 7).Selling(50_000).Certified(4, new(2024, 3, 30)) with { Invented = ["PriceVnd"] });

        Assert.Equal("a 7 stated", await catalogue.ScalarAsync<string>(
            "SELECT concat_ws(' ', provenance #>> '{name,source}', provenance #>> '{name,row}', provenance #>> '{name,how}') FROM product"));
        Assert.Equal("invented", await catalogue.ScalarAsync<string>("SELECT provenance #>> '{list_price_vnd,how}' FROM variant"));
        Assert.Equal("computed", await catalogue.ScalarAsync<string>("SELECT provenance #>> '{expires_on,how}' FROM certification"));
    }

    [Fact]
    public async Task Households_whose_names_are_withheld_stay_apart()
    {
        var one = Records.Product("Bánh tét 3 màu", null) with { District = null, Commune = null };
        await catalogue.PullAsync(
            "a", one.Certified(4, new(2021, 3, 30)), one.Certified(3, new(2021, 3, 30)),
            Records.Keyed(one.Certified(3, new(2021, 3, 30)) with { Position = new(null, 9) }, 1), one with { Province = null, Key = "x.0" });

        Assert.Equal(
            ["Hộ chưa công bố tên, Trà Vinh", "Hộ chưa công bố tên, Trà Vinh", "Hộ chưa công bố tên, Trà Vinh",
             "Hộ chưa công bố tên, chưa rõ địa bàn"],
            await catalogue.QueryAsync<string>("SELECT name FROM producer WHERE withheld ORDER BY name COLLATE \"C\""));
        Assert.Equal(4, await catalogue.CountAsync("product"));
    }

    [Fact]
    public async Task Numbers_that_cannot_be_true_reject_their_row_and_only_that()
    {
        var result = await catalogue.PullAsync(
            "a", Records.Product("Một").Selling(1000), Records.Product("Hai").Selling(-1), Records.Product("Ba").Selling(1e15m),
            Records.Product("Bốn\0\ud800").Selling(4000), Records.Product("Năm").Certified(9, null));

        Assert.Equal((2, 3, 5), (result.Accepted, result.Rejected.Count, result.Rows));
        Assert.Equal(["price_out_of_range", "price_out_of_range", "stars_out_of_range"], result.Rejected.Select(r => r.Code));
        Assert.Equal(3, await catalogue.CountAsync("source_rejected WHERE severity = 'rejected'"));
        Assert.Equal(2, await catalogue.CountAsync("product"));
    }

    [Fact]
    public async Task A_row_that_the_database_itself_refuses_does_not_take_the_page_with_it()
    {
        await catalogue.ExecuteAsync("ALTER TABLE variant ADD CONSTRAINT poison CHECK (own_sku IS DISTINCT FROM 'POISON')");
        var rows = Enumerable.Range(0, 37).Select(i => Records.Product($"Trà {i}", row: i).Selling(1000, sku: i == 20 ? "POISON" : null));

        var result = await catalogue.PullAsync("a", [.. rows]);

        await catalogue.ExecuteAsync("ALTER TABLE variant DROP CONSTRAINT poison");
        Assert.Equal((36, 37), (result.Accepted, result.Rows));
        Assert.Equal(20, Assert.Single(result.Rejected).Position.Row);
        Assert.Equal(36, await catalogue.CountAsync("product"));
    }

    [Fact]
    public async Task A_page_that_fails_half_way_leaves_nothing()
    {
        await using var run = await catalogue.Runs.StartAsync(CatalogueFixture.Start("a"), CancellationToken.None);
        await catalogue.Store.ApplyPageAsync(run, Records.Page([Records.Product("Một")], "1"), null, CancellationToken.None);
        await catalogue.ExecuteAsync("UPDATE source_run SET fence = fence + 1");

        await Assert.ThrowsAsync<RunLostException>(() => catalogue.Store.ApplyPageAsync(
            run, Records.Page([Records.Product("Hai").Selling(1000)], "2"), null, CancellationToken.None));

        Assert.Equal(["Một"], await catalogue.QueryAsync<string>("SELECT name FROM product"));
        Assert.Equal("1 1", await catalogue.ScalarAsync<string>("SELECT cursor || ' ' || rows_read FROM source_run"));
    }

    [Fact]
    public async Task A_dry_look_says_what_would_change_and_writes_nothing()
    {
        await catalogue.PullAsync("a", Records.Product("Một").Selling(1000), Records.Product("Hai"));

        var look = await catalogue.Store.PreviewPageAsync(
            "a", Records.Page(Records.Product("Một").Selling(2000), Records.Product("Hai"), Records.Product("Ba")), null, CancellationToken.None);

        Assert.Equal((2, 1, 1), (look.Accepted, look.Unchanged, look.New));
        Assert.Equal(2, await catalogue.CountAsync("product"));
        Assert.Equal(1, await catalogue.CountAsync("source_run"));
    }

    private const string Written = """
        SELECT (to_jsonb(p) - 'updated_at')::text FROM product p
        UNION ALL SELECT (to_jsonb(v) - 'updated_at')::text FROM variant v
        UNION ALL SELECT (to_jsonb(c) - 'updated_at')::text FROM certification c ORDER BY 1
        """;

    /// <summary>All products again from all that the rows state.</summary>
    private async Task WorkOutAsync()
    {
        await using var connection = await catalogue.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        string[] statements =
            [CatalogueSql.CreateStaging, EntrySql.Create, "INSERT INTO touched SELECT id FROM product", .. FoldSql.All];
        foreach (var sql in statements)
        {
            await connection.ExecuteAsync(sql, new { today = new DateOnly(2026, 11, 23) });
        }

        await transaction.CommitAsync();
    }
}
