using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Core.People;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog.Editing;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Tests.Catalog;

/// <summary>What a person says of a product in the portal, beside what lists say of it. Written by the portal's own login.</summary>
public sealed class ProductEditTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IReaderScope
{
    private static readonly Editor _lan = new(new("person 1", "portal, 127.0.0.1", null, 1) { Shown = "Lan" }, "business");
    private static readonly Editor _minh = new(new("person 2", "portal, 127.0.0.1", null, 2) { Shown = "Minh" }, "staff");

    private static readonly DateOnly _day = new(2026, 11, 23);

    public DataScope Current { get; private set; } = DataScope.All;

    private EditPortal Portal => new(new(new(catalogue.WebSource), this), new(new(catalogue.WebSource), this));

    [Fact]
    public async Task What_a_person_set_stays_when_the_list_comes_again_and_the_list_is_heard_again_when_it_is_taken_back()
    {
        var (id, record) = await PullAsync("Mắm rươi");
        var before = await RevisionAsync(id);

        Assert.Equal(1, (await SetAsync(id, ("price", "1.250.000"), ("description", "Mắm rươi ủ chum.\nĐậm vị."))).Version);
        Assert.True(await RevisionAsync(id) > before);
        Assert.True(await catalogue.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM product_due WHERE product_id = @id)", new { id }));

        await catalogue.PullAsync("mam", record.With(o => o with { PriceVnd = 90_000, StockUnits = 7, Description = "Danh sách viết khác." }));
        var product = (await Portal.FindAsync(id, default))!;
        Assert.Equal(("1250000", "Mắm rươi ủ chum.\nĐậm vị.", "7"), (Price(product).Value.Text, product.Whole["description"].Value.Text, product.Variants[0]["stock"].Value.Text));
        Assert.Equal((true, "90000", "Danh sách viết khác."), (Price(product).IsSet, Price(product).Listed!.Value.Text, product.Whole["description"].Listed!.Value.Text));
        Assert.Equal("edited", await catalogue.ScalarAsync<string>("SELECT provenance #>> '{list_price_vnd,how}' FROM variant WHERE product_id = @id", new { id }));

        Assert.Equal(2, (await Portal.SaveAsync(id, [Wish(product, "price", "", true)], _lan, default)).Version);
        product = (await Portal.FindAsync(id, default))!;
        Assert.Equal(("90000", false, true), (Price(product).Value.Text, Price(product).IsSet, product.Whole["description"].IsSet));
    }

    [Fact]
    public async Task A_field_may_be_emptied_and_a_sale_has_its_days()
    {
        var (id, record) = await PullAsync("Mắm cá linh", o => o with { SalePriceVnd = 40_000, Brand = "Năm Thụy" });
        var revision = await RevisionAsync(id);

        await SetAsync(id, ("brand", ""), ("saleFrom", "01/12/2026"), ("saleTo", "31/12/2026"));
        await catalogue.PullAsync("mam", record.With(o => o with { StockUnits = 9 }));

        var product = (await Portal.FindAsync(id, default))!;
        Assert.Null(product.Whole["brand"].Value.Text);
        Assert.Equal("Năm Thụy", product.Whole["brand"].Listed!.Value.Text);
        Assert.Equal((new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 31)), (product.Variants[0]["saleFrom"].Value.Day, product.Variants[0]["saleTo"].Value.Day));
        revision = await RevisionAsync(id);
        await SetAsync(id, ("saleTo", "15/01/2027"));
        Assert.Equal(revision + 1, await RevisionAsync(id));
    }

    [Fact]
    public async Task Whoever_saves_second_is_told_and_overwrites_nothing()
    {
        var (id, _) = await PullAsync("Mắm tép");
        var (lan, minh) = ((await Portal.FindAsync(id, default))!, (await Portal.FindAsync(id, default))!);
        Assert.NotNull((await Portal.SaveAsync(id, [Wish(lan, "price", "60.000"), Wish(lan, "stock", "5")], _lan, default)).Version);

        var second = await Portal.SaveAsync(id, [Wish(minh, "price", "70.000"), Wish(minh, "unit", "hũ")], _minh, default);
        Assert.Null(second.Version);
        Assert.Equal(("price", "60000"), (Assert.Single(second.Conflicts).Field.Name, second.Conflicts[0].Theirs.Text));
        Assert.Equal("Lan", second.Product!.LastBy);
        Assert.Null((await Portal.FindAsync(id, default))!.Variants[0]["unit"].Value.Text);

        // Another field, or the same word, is no conflict; a price that a list changed meanwhile is one.
        Assert.NotNull((await Portal.SaveAsync(id, [Wish(minh, "price", "60.000"), Wish(minh, "unit", "hũ")], _minh, default)).Version);
        var back = Assert.Single((await Portal.SaveAsync(id, [Wish(minh, "price", "", true)], _minh, default)).Conflicts);
        Assert.Equal("60000", back.Theirs.Text);
    }

    [Fact]
    public async Task A_product_that_no_list_states_is_gone_although_somebody_edited_it_and_comes_back_as_edited()
    {
        var record = Records.Product("Mắm ba khía").Selling(50_000);
        await catalogue.PullAsync("tron", [Records.Page(record, Records.Product("Mắm ruốc").Selling(1_000))], snapshot: true);
        var id = await IdAsync("Mắm ba khía");
        await SetAsync(id, ("price", "55.000"), ("name", "Mắm ba khía Rạch Gốc"));

        await catalogue.PullAsync("tron", [Records.Page(Records.Product("Mắm ruốc").Selling(1_000))], snapshot: true);
        Assert.True(await catalogue.ScalarAsync<bool>("SELECT gone_at IS NOT NULL FROM product WHERE id = @id", new { id }));
        Assert.Equal(EditRefusal.Gone, (await RestoreAsync(id, 0, _lan)).Refusal);
        var late = await SetAsync(id, ("name", "Mắm ba khía Năm Căn"));
        Assert.Equal((null, true), (late.Version, late.Product!.GoneAt is not null));

        await catalogue.PullAsync("tron", [Records.Page(record, Records.Product("Mắm ruốc").Selling(1_000))], snapshot: true);
        var product = (await Portal.FindAsync(id, default))!;
        Assert.Equal((null, "Mắm ba khía Rạch Gốc", "55000"), (product.GoneAt, product.Name, Price(product).Value.Text));
    }

    [Fact]
    public async Task Every_save_is_a_version_with_who_and_what_and_one_restored_is_a_new_one()
    {
        var (id, _) = await PullAsync("Mắm cá sặc");
        await SetAsync(id, ("price", "61.000"));
        await SetAsync(id, ("price", "62.000"), ("origin", "Trà Vinh"));

        Assert.Equal(3, (await RestoreAsync(id, 1, _minh)).Version);
        var product = (await Portal.FindAsync(id, default))!;
        Assert.Equal(("61000", null), (Price(product).Value.Text, product.Whole["origin"].Value.Text));
        Assert.Equal(EditRefusal.Same, (await RestoreAsync(id, 1, _minh)).Refusal);
        Assert.Equal(EditRefusal.Same, (await RestoreAsync(id, 99, _minh)).Refusal);

        var versions = await Portal.VersionsAsync(id, default);
        Assert.Equal([(3, "Minh", "restore"), (2, "Lan", "edit"), (1, "Lan", "edit")], versions.Select(v => (v.Version, v.ByName, v.Kind)));
        Assert.Contains("\"was\": \"62000\"", versions[0].Changes, StringComparison.Ordinal);
        Assert.Equal(
            ["product.edit", "product.edit", "product.restore"],
            await catalogue.QueryAsync<string>("SELECT action FROM audit WHERE (after ->> 'product')::bigint = @id ORDER BY id", new { id }));
        Assert.Equal(4, (await RestoreAsync(id, 0, _minh)).Version);
        Assert.Equal("50000", Price((await Portal.FindAsync(id, default))!).Value.Text);
        Assert.Equal(3, await catalogue.ScalarAsync<long>(
            "SELECT count(*) FROM source_row_revision v JOIN source_row r ON r.id = v.source_row_id WHERE r.product_id = @id AND r.source_id = 2147483647 AND r.variant_key <> ''", new { id }));
    }

    [Fact]
    public async Task Pictures_are_added_arranged_and_taken_away_and_a_lists_new_one_comes_behind()
    {
        var images = new Dictionary<string, byte[]> { ["a.png"] = Png(11), ["b.png"] = Png(12) };
        Task<MediaBytes?> Read(string path, CancellationToken _) => Task.FromResult(images.TryGetValue(path, out var bytes) ? new MediaBytes(bytes) : null);
        var record = Records.Product("Mắm lóc").Selling(50_000).With(o => o with { Images = ["a.png"] });
        await catalogue.PullAsync("anh", [Records.Page(record)], image: Read);
        var id = await IdAsync("Mắm lóc");
        var listed = (await ShownAsync(id)).Single();

        var mine = NewPicture.Of(Png(13), out _)!;
        Assert.NotNull((await AddAsync(id, mine)).Version);
        Assert.Equal([listed, mine.Sha256], await ShownAsync(id));
        Assert.Equal(EditRefusal.Same, (await AddAsync(id, mine)).Refusal);
        Assert.NotNull((await MoveAsync(id, mine.Sha256, PictureMove.Earlier)).Version);
        Assert.Equal([mine.Sha256, listed], await ShownAsync(id));
        Assert.NotNull((await MoveAsync(id, listed, PictureMove.Remove)).Version);

        await catalogue.PullAsync("anh", [Records.Page(record.With(o => o with { Images = ["a.png", "b.png"], StockUnits = 3 }))], image: Read);
        var shown = await ShownAsync(id);
        Assert.Equal((2, mine.Sha256), (shown.Count, shown[0]));
        Assert.DoesNotContain(listed, shown);

        Assert.NotNull((await MoveAsync(id, "", PictureMove.BackToLists)).Version);
        Assert.Equal(listed, (await ShownAsync(id))[0]);
        Assert.NotNull((await RestoreAsync(id, 2, _lan)).Version);
        Assert.Equal(mine.Sha256, (await ShownAsync(id))[0]);
    }

    [Fact]
    public async Task A_picture_that_is_refused_is_neither_stored_nor_counted()
    {
        var record = Records.Product("Mắm ruột").Selling(50_000);
        await catalogue.PullAsync("het", [Records.Page(record, Records.Product("Mắm nêm").Selling(1_000))], snapshot: true);
        var id = await IdAsync("Mắm ruột");
        NewPicture[] full = [.. Enumerable.Range(40, EditPictures.Most).Select(side => NewPicture.Of(Png(side), out _)!)];
        Assert.NotNull((await Portal.AddPicturesAsync(id, full, Files("het"), _day, _lan, default)).Version);
        var stored = await catalogue.CountAsync("media");

        var more = NewPicture.Of(Png(70), out _)!;
        Assert.Equal(EditRefusal.TooMany, (await Portal.AddPicturesAsync(id, [more], Files("het"), _day, _lan, default)).Refusal);
        Assert.Equal(EditRefusal.Same, (await Portal.AddPicturesAsync(id, [full[3]], Files("het"), _day, _lan, default)).Refusal);
        await MoveAsync(id, full[0].Sha256, PictureMove.Remove);
        await Assert.ThrowsAsync<DayLimitException>(() => Portal.AddPicturesAsync(id, [more], Files("het", EditPictures.Most), _day, _lan, default));
        await catalogue.PullAsync("het", [Records.Page(Records.Product("Mắm nêm").Selling(1_000))], snapshot: true);
        Assert.Equal(EditRefusal.Gone, (await Portal.AddPicturesAsync(id, [more], Files("het"), _day, _lan, default)).Refusal);
        Assert.Equal(EditRefusal.Gone, (await Portal.AddPicturesAsync(999_999, [more], Files("het"), _day, _lan, default)).Refusal);

        Assert.Equal(stored, await catalogue.CountAsync("media"));
        Assert.Equal(EditPictures.Most, await catalogue.ScalarAsync<int>("SELECT uses FROM identity.day_use WHERE keeper = 'het'"));
    }

    /// <summary>Fetched by platforms that have no login: what a product shows, and what a listing shows still.</summary>
    [Fact]
    public async Task A_picture_is_handed_out_while_a_product_or_a_listing_shows_it()
    {
        var (id, _) = await PullAsync("Mắm cua");
        var mine = NewPicture.Of(Png(75), out _)!;
        Current = DataScope.None;
        var queries = new PortalQueries(new(new(catalogue.WebSource), this), new(catalogue.WebSource));
        async Task<bool> IsServedAsync() => await queries.PictureAsync(mine.Sha256, default) is { } picture && picture.Content.Length == mine.File.Bytes.Length;
        async Task EditAsync(Func<Task<EditResult>> edit)
        {
            Current = DataScope.All;
            Assert.NotNull((await edit()).Version);
            Current = DataScope.None;
        }

        await EditAsync(() => AddAsync(id, mine));
        Assert.True(await IsServedAsync());
        await catalogue.ExecuteAsync(
            """
            INSERT INTO listing (product_id, variant_id, producer_id, marketplace, seller_sku, desired, content, content_hash)
            SELECT product_id, id, producer_id, 'voso', 'cua', 'on_sale', jsonb_build_object('Images', jsonb_build_array(jsonb_build_object('Sha256', @sha))), '\x00'
            FROM variant WHERE product_id = @id
            """, new { id, sha = mine.Sha256 });
        await EditAsync(() => MoveAsync(id, mine.Sha256, PictureMove.Remove));
        Assert.True(await IsServedAsync());
        await catalogue.ExecuteAsync("DELETE FROM listing WHERE product_id = @id", new { id });
        Assert.False(await IsServedAsync());
        await EditAsync(() => RestoreAsync(id, 1, _lan));
        Assert.True(await IsServedAsync());
    }

    [Fact]
    public async Task What_a_colleague_did_meanwhile_is_neither_restored_over_nor_arranged_over()
    {
        var (id, _) = await PullAsync("Mắm tôm chua");
        NewPicture[] two = [NewPicture.Of(Png(21), out _)!, NewPicture.Of(Png(22), out _)!];
        await Portal.AddPicturesAsync(id, two, Files("x"), _day, _lan, default);
        var seen = (await Portal.FindAsync(id, default))!;
        await SetAsync(id, ("price", "58.000"));

        Assert.Equal(EditRefusal.Changed, (await Portal.RestoreAsync(id, 0, seen.Version, _minh, default)).Refusal);
        Assert.Equal("58000", Price((await Portal.FindAsync(id, default))!).Value.Text);

        // A price is not a picture's matter.
        Assert.NotNull((await Portal.MovePictureAsync(id, two[1].Sha256, PictureMove.Earlier, seen.PicturesMark, _lan, default)).Version);
        foreach (var move in Enum.GetValues<PictureMove>())
        {
            Assert.Equal(EditRefusal.Changed, (await Portal.MovePictureAsync(id, two[1].Sha256, move, seen.PicturesMark, _minh, default)).Refusal);
        }

        Assert.Equal([two[1].Sha256, two[0].Sha256], await ShownAsync(id));
        Assert.NotNull((await RestoreAsync(id, 0, _minh)).Version);
    }

    [Fact]
    public async Task The_portal_writes_no_row_of_a_list_and_no_certificate_and_nothing_of_another_producer()
    {
        var (id, _) = await PullAsync("Mắm bò hóc");
        var product = (await Portal.FindAsync(id, default))!;
        var producer = product.ProducerId;
        var row = await catalogue.ScalarAsync<long>("SELECT id FROM source_row WHERE product_id = @id", new { id });
        var insert = $"INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, facts, last_run_id) VALUES ({{0}}, (SELECT 'p.' || key FROM product WHERE id = {id}), '\\x00', 1, {producer}, {id}, '{{1}}', 0)";
        foreach (var statement in new[]
        {
            string.Format(System.Globalization.CultureInfo.InvariantCulture, insert, 1, "{}"),
            string.Format(System.Globalization.CultureInfo.InvariantCulture, insert, int.MaxValue, "{\"certification\": {\"stars\": 5}}"),
            $"INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw) VALUES ({row}, {producer}, 9, 0, '\\x00', '{{}}')",
            $"UPDATE certification SET stars = 5 WHERE product_id = {id}",
        })
        {
            Assert.Equal((statement, PostgresErrorCodes.InsufficientPrivilege), (statement, (await TryAsync(statement))?.SqlState));
        }

        Assert.Null(await TryAsync($"UPDATE source_row SET facts = '{{}}' WHERE id = {row}")); // it meets no row
        Assert.False(await catalogue.ScalarAsync<bool>("SELECT facts = '{}' FROM source_row WHERE id = @row", new { row }));

        Current = DataScope.Producer(producer + 1_000);
        Assert.Null(await Portal.FindAsync(id, default));
        Assert.Null((await Portal.SaveAsync(id, [Wish(product, "price", "1.000")], _lan, default)).Product);
        Current = DataScope.Producer(producer);
        Assert.NotNull((await SetAsync(id, ("price", "56.000"))).Version);
    }

    private async Task<(long Id, SourceRecord Record)> PullAsync(string name, Func<OfferFacts, OfferFacts>? with = null)
    {
        var record = Records.Product(name).Selling(50_000).With(with ?? (o => o));
        await catalogue.PullAsync("mam", record);
        return (await IdAsync(name), record);
    }

    private Task<long> IdAsync(string name) => catalogue.ScalarAsync<long>("SELECT id FROM product WHERE name = @name", new { name });

    private Task<int> RevisionAsync(long id) => catalogue.ScalarAsync<int>("SELECT revision FROM product WHERE id = @id", new { id });

    private async Task<EditOutcome> SetAsync(long id, params (string Field, string Typed)[] fields)
    {
        var product = (await Portal.FindAsync(id, default))!;
        return await Portal.SaveAsync(id, [.. fields.Select(f => Wish(product, f.Field, f.Typed))], _lan, default);
    }

    private static FieldWish Wish(EditProduct product, string name, string typed, bool back = false)
    {
        var part = product.Parts.First(p => p.Fields.Any(f => f.Field.Name == name));
        var standing = part[name];
        return new(part.Key, standing.Field, Value(standing.Field, typed), standing.Value.Mark, back);
    }

    private static EditValue Value(EditField field, string typed) => field.Kind switch
    {
        EditKind.Money or EditKind.Count => EditValue.Of(typed.Replace(".", "", StringComparison.Ordinal)),
        EditKind.Day => EditValue.Of(string.Join('-', typed.Split('/').Reverse())),
        _ => EditValue.Of(typed),
    };

    private static FieldStanding Price(EditProduct product) => product.Variants[0]["price"];

    private async Task<List<string>> ShownAsync(long id) => [.. (await Portal.FindAsync(id, default))!.Pictures.Select(p => p.Sha256)];

    private Task<EditResult> AddAsync(long id, NewPicture picture) => Portal.AddPicturesAsync(id, [picture], Files("person:1"), _day, _lan, default);

    private static DayLimit Files(string keeper, int most = 100) => new(keeper, "file", most);

    private async Task<EditResult> MoveAsync(long id, string sha256, PictureMove move) =>
        await Portal.MovePictureAsync(id, sha256, move, (await Portal.FindAsync(id, default))!.PicturesMark, _lan, default);

    private async Task<EditResult> RestoreAsync(long id, int version, Editor by) =>
        await Portal.RestoreAsync(id, version, (await Portal.FindAsync(id, default))!.Version, by, default);

    private async Task<PostgresException?> TryAsync(string statement)
    {
        try
        {
            await new WritingDatabase(new(catalogue.WebSource), this).FirstAsync<long?>(statement, new { }, default);
            return null;
        }
        catch (PostgresException refusal)
        {
            return refusal;
        }
    }

    private static byte[] Png(int side) => ImageTests.Png(side, side, (byte)side);
}
