using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>What the software does to products, its traps among it.</summary>
[Trait("Category", "Culture")]
public sealed class WooCommerceProductTests
{
    [Fact]
    public async Task A_price_that_is_none_is_emptied_and_one_below_zero_is_taken()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var id = await woo.Create("A");

        var emptied = await woo.Put($"/products/{id}", new JsonObject { ["regular_price"] = "abc", ["sale_price"] = "" });
        var below = await woo.Put($"/products/{id}", new JsonObject { ["regular_price"] = "-5" });
        var number = await woo.Put($"/products/{id}", new JsonObject { ["regular_price"] = 5 });

        Assert.Equal((200, ""), (emptied.Http, (string?)emptied.Json["price"]));
        Assert.Equal((200, "-5"), (below.Http, (string?)below.Json["regular_price"]));
        Assert.Equal((400, "rest_invalid_param"), (number.Http, (string?)number.Json["code"]));
        Assert.Equal("regular_price is not of type string.", (string?)number.Json["data"]!["params"]!["regular_price"]);
    }

    [Fact]
    public async Task An_unknown_category_lands_in_the_default_one_and_stock_that_is_not_counted_is_dropped()
    {
        await using var woo = await WooCommerceFixture.StartAsync();

        var heard = await woo.Post("/products", WooCommerceFixture.Product("A", p =>
        {
            p["categories"] = new JsonArray(new JsonObject { ["id"] = 999 });
            p.Remove("manage_stock");
            p["no_such_field"] = 1;
        }));

        Assert.Equal("uncategorized", (string?)heard.Json["categories"]![0]!["slug"]);
        Assert.Null(heard.Json["stock_quantity"]);
        Assert.Equal("instock", (string?)heard.Json["stock_status"]);
    }

    [Fact]
    public async Task Scripts_and_frames_leave_a_description_and_a_name_comes_back_with_entities()
    {
        await using var woo = await WooCommerceFixture.StartAsync();

        var heard = await woo.Post("/products", WooCommerceFixture.Product("A", p =>
        {
            p["name"] = "Áo & quần &amp; khăn";
            p["description"] = "<p>Lụa</p><script>x</script><iframe src=\"y\"></iframe>";
        }));

        Assert.Equal("Áo &amp; quần &amp; khăn", (string?)heard.Json["name"]);
        Assert.Equal("<p>Lụa</p>x", (string?)heard.Json["description"]);
    }

    [Fact]
    public async Task A_code_is_unique_in_one_shop_and_its_trash_and_free_in_another()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var id = await woo.Create("A");
        await woo.Control.Post("/_sandbox/shops", """{"name":"Cửa hàng khác","phone":"0987654321"}""");

        var twice = (await woo.Batch(WooCommerceFixture.Product("A"), WooCommerceFixture.Product("B"), WooCommerceFixture.Product("B"))).Json["create"]!;
        await woo.Delete($"/products/{id}");
        var inTrash = await woo.Post("/products", WooCommerceFixture.Product("A"));

        Assert.Equal(["product_invalid_sku", null, "product_invalid_sku"], twice.AsArray().Select(o => (string?)o!["error"]?["code"]));
        Assert.Equal([id, (long)twice[1]!["id"]!], new[] { twice[0]!, twice[2]! }.Select(o => (long)o["error"]!["data"]!["resource_id"]!));
        Assert.Equal("woocommerce_rest_product_not_created", (string?)inTrash.Json["code"]);
        Assert.Empty((await woo.Get("/products?sku=A")).Json.AsArray());
        Assert.Equal("trash", (string?)(await woo.Get("/products?sku=A&status=trash")).Json[0]!["status"]);
        Assert.Equal(2, (int)(await woo.Control.State())["counts"]!["shops"]!);
        Assert.Empty((await woo.Control.State())["duplicates"]!.AsArray());
    }

    [Fact]
    public async Task Trash_keeps_a_product_force_does_not_and_a_batch_always_forces()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var (kept, gone) = (await woo.Create("A"), await woo.Create("B"));

        await woo.Delete($"/products/{kept}");
        await woo.Post("/products/batch", new JsonObject { ["delete"] = new JsonArray(gone) });

        Assert.Equal("trash", (string?)(await woo.Get($"/products/{kept}")).Json["status"]);
        Assert.Equal(404, (await woo.Get($"/products/{gone}")).Http);
        Assert.Equal(201, (await woo.Post("/products", WooCommerceFixture.Product("B"))).Http);
        var items = (await woo.Control.State())["items"]!.AsArray();
        Assert.Equal([true, true, false], items.Select(i => (bool)i!["deleted"]!));
    }

    [Fact]
    public async Task Lists_are_paged_with_totals_and_go_by_the_sites_clock_unless_told()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        foreach (var sku in (string[])["A", "B", "C"])
        {
            await woo.Create(sku);
        }

        var first = await woo.Get("/products?per_page=2&orderby=modified&order=asc&_fields=sku");
        var next = first.Headers.GetValues("Link").Single();
        var modified = DateTime.Parse(
            (string)(await woo.Get("/products?sku=B")).Json[0]!["date_modified_gmt"]!, System.Globalization.CultureInfo.InvariantCulture);
        var text = modified.ToString("s", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(["3", "2"], new[] { "X-WP-Total", "X-WP-TotalPages" }.Select(h => first.Headers.GetValues(h).Single()));
        Assert.Equal(["A", "B"], first.Json.AsArray().Select(r => (string?)r!["sku"]));
        Assert.Equal(["id", "sku"], first.Json[0]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.EndsWith("page=2>; rel=\"next\"", next, StringComparison.Ordinal);
        Assert.Equal("C", (string?)(await woo.Get($"/products?modified_after={text}&dates_are_gmt=true")).Json[0]!["sku"]);
        Assert.Equal(3, (await woo.Get($"/products?modified_after={text}")).Json.AsArray().Count);
    }

    [Fact]
    public async Task Even_an_unchanged_write_moves_the_time_and_nothing_else()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var id = await woo.Create("A");
        var before = (await woo.Get($"/products/{id}")).Json;

        await woo.Put($"/products/{id}", new JsonObject());
        var after = (await woo.Get($"/products/{id}")).Json;

        Assert.NotEqual((string?)before["date_modified_gmt"], (string?)after["date_modified_gmt"]);
        before["date_modified_gmt"] = after["date_modified_gmt"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(before, after));
    }

    [Fact]
    public async Task A_picture_is_downloaded_each_time_its_address_is_sent_and_kept_by_its_number()
    {
        await using var woo = await WooCommerceFixture.StartAsync(fetchImages: true);
        await using var ours = await Listener.StartAsync();
        ours.Content = Pictures.Png(1200, 900);
        var id = await woo.Create("A", p => p["images"]![0]!["src"] = $"{ours.Url}/a.png");
        var first = (long)(await woo.Get($"/products/{id}")).Json["images"]![0]!["id"]!;

        var kept = await woo.Put($"/products/{id}", JsonNode.Parse($$"""{"images":[{"id":{{first}}}]}""")!);
        var again = await woo.Put($"/products/{id}", JsonNode.Parse($$"""{"images":[{"src":"{{ours.Url}}/a.png"}]}""")!);
        var unknown = await woo.Put($"/products/{id}", JsonNode.Parse("""{"images":[{"id":999}]}""")!);
        ours.Answer = _ => 404;
        var missing = await woo.Put($"/products/{id}", JsonNode.Parse($$"""{"images":[{"src":"{{ours.Url}}/b.png"}]}""")!);

        Assert.Equal(first, (long)kept.Json["images"]![0]!["id"]!);
        Assert.NotEqual(first, (long)again.Json["images"]![0]!["id"]!);
        Assert.Equal("woocommerce_product_invalid_image_id", (string?)unknown.Json["code"]);
        Assert.Equal("woocommerce_product_image_upload_error", (string?)missing.Json["code"]);
        Assert.Equal(3, ours.Bodies.Count);
    }

    [Fact]
    public async Task A_buyer_sees_what_is_published_and_nothing_else()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var id = await woo.Create("A");
        await woo.Create("B", p => p["status"] = "draft");
        var url = new Uri((string)(await woo.Get($"/products/{id}")).Json["permalink"]!);

        var page = await woo.Control.Get(url.PathAndQuery);
        var all = await woo.Control.Get("/_sandbox/");

        Assert.Contains("Khăn lụa A", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Khăn lụa B", all.Text, StringComparison.Ordinal);
    }
}
