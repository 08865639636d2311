using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

public sealed class PostmartItemRuleTests
{
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "name", "\"Mật\"", "BAD_REQUEST", "name" },
        { "name", $"\"{new string('m', 121)}\"", "NAME_TOO_LONG", "name" },
        { "name", "\"Mật hoa dừa rẻ nhất\"", "NAME_FORBIDDEN_WORD", "name" },
        { "itemCode", "\"có dấu\"", "BAD_REQUEST", "itemCode" },
        { "shortDescription", $"\"{new string('m', 501)}\"", "BAD_REQUEST", "shortDescription" },
        { "description", "\"<p>a</p><script>x</script>\"", "BAD_REQUEST", "description" },
        { "description", $"\"{new string('m', 20_001)}\"", "BAD_REQUEST", "description" },
        { "categoryId", "\"9999\"", "CATEGORY_INVALID", "categoryId" },
        { "categoryId", "\"1026\"", "CATEGORY_INVALID", "categoryId" },
        { "categoryId", "\"10\"", "CATEGORY_NOT_LEAF", "categoryId" },
        { "price", "999", "PRICE_INVALID", "price" },
        { "price", "500000001", "PRICE_INVALID", "price" },
        { "salePrice", "185000", "PRICE_INVALID", "salePrice" },
        { "quantity", "1000000", "BAD_REQUEST", "quantity" },
        { "quantity", "-1", "BAD_REQUEST", "quantity" },
        { "weight", "0", "BAD_REQUEST", "weight" },
        { "height", "0", "BAD_REQUEST", "height" },
        { "gtin", "\"12ab\"", "BAD_REQUEST", "gtin" },
        { "images", "[]", "IMAGE_REQUIRED", "images" },
        { "images", "[\"M99999999\"]", "IMAGE_INVALID", "images" },
        { "attributes", "[]", "ATTRIBUTE_REQUIRED", "han-su-dung" },
        { "attributes", "[{\"id\":\"mau-sac\",\"value\":\"đỏ\"}]", "BAD_REQUEST", "mau-sac" },
        { "ocop", """{"star":2,"certificateNo":"1","issuedDate":"10/06/2025","expiredDate":"10/06/2028"}""", "BAD_REQUEST", "ocop.star" },
        { "ocop", """{"star":3,"certificateNo":"1","issuedDate":"10/06/2025","expiredDate":"2028-06-10"}""", "BAD_REQUEST", "ocop.expiredDate" },
        { "ocop", """{"star":3,"certificateNo":"1","issuedDate":"10/06/2022","expiredDate":"22/11/2026"}""", "CERTIFICATE_EXPIRED", "ocop.expiredDate" }
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_item_that_breaks_a_rule_is_refused_with_code_and_field(string field, string value, string code, string named)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var lines = await postmart.Create(PostmartFixture.Item("A", i => i[field] = JsonNode.Parse(value)), PostmartFixture.Item("B"));

        Assert.Equal(code, (string?)lines[0]!["errorCode"]);
        Assert.Equal(named, (string?)lines[0]!["field"]);
        Assert.False((bool)lines[0]!["success"]!);
        Assert.True((bool)lines[1]!["success"]!);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("price")]
    [InlineData("quantity")]
    [InlineData("images")]
    [InlineData("attributes")]
    [InlineData("submit")]
    [InlineData("origin")]
    public async Task A_missing_field_makes_the_whole_body_malformed(string field)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var heard = await postmart.Client.Post(
            "/products", PostmartFixture.Batch(PostmartFixture.Item("B"), PostmartFixture.Item("A", i => i.Remove(field))));

        Assert.Equal(400, heard.Http);
        Assert.Equal("BAD_REQUEST", (string?)heard.Json["errorCode"]);
        Assert.Empty((await postmart.Client.State())["items"]!.AsArray());
    }

    [Theory]
    [InlineData("mau", "1")]
    [InlineData("Name", "\"x\"")]
    [InlineData("price", "\"185000\"")]
    [InlineData("price", "185000.5")]
    [InlineData("submit", "\"true\"")]
    [InlineData("ocop", """{"star":5,"certificateNo":"1","issuedDate":"10/06/2025","expiredDate":"10/06/2028","x":1}""")]
    public async Task An_unknown_or_wrongly_typed_field_makes_the_whole_body_malformed(string field, string value)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var heard = await postmart.Client.Post(
            "/products", PostmartFixture.Batch(PostmartFixture.Item("A", i => i[field] = JsonNode.Parse(value))));

        Assert.Equal(400, heard.Http);
        Assert.Equal(0, (int)(await postmart.Client.State())["counts"]!["items"]!);
    }

    [Fact]
    public async Task Goods_other_than_food_and_drink_need_only_their_origin()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var lines = await postmart.Create(PostmartFixture.Item("A", i =>
        {
            i["categoryId"] = "1021";
            i["attributes"] = JsonNode.Parse("""[{"id":"xuat-xu","value":"Việt Nam"}]""");
        }));

        Assert.True((bool)lines[0]!["success"]!);
    }
}
