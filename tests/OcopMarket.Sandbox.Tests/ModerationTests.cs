using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class ModerationTests
{
    [Fact]
    public async Task The_same_seed_and_content_give_the_same_verdicts_in_any_order()
    {
        var codes = Enumerable.Range(1, 40).Select(i => $"SP-{i:D3}").ToList();

        var forwards = await Verdicts(codes, seed: 7);
        var backwards = await Verdicts([.. codes.AsEnumerable().Reverse()], seed: 7);
        var otherSeed = await Verdicts(codes, seed: 8);

        Assert.Equal(forwards, backwards);
        Assert.NotEqual(forwards, otherSeed);
        Assert.Contains(forwards, v => v.Value != "2");
    }

    [Fact]
    public async Task Refusals_come_in_at_least_five_kinds_and_at_about_their_share()
    {
        var verdicts = await Verdicts([.. Enumerable.Range(1, 200).Select(i => $"SP-{i:D3}")], seed: 3, share: 0.2);

        var refused = verdicts.Values.Where(v => v != "2").ToList();
        Assert.InRange(refused.Count, 20, 60);
        Assert.True(refused.Distinct().Count() >= 5, string.Join(", ", refused.Distinct()));
    }

    [Fact]
    public async Task Unchanged_content_is_refused_again_and_edited_content_is_judged_anew()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Set("""{"refusedShare":0.5}""");
        await postmart.Create([.. Enumerable.Range(1, 40).Select(i => PostmartFixture.Item($"SP-{i}"))]);
        postmart.WaitForReview();
        var refused = (await postmart.Client.State())["items"]!.AsArray().First(i => (string?)i!["status"] == "3")!;
        var sku = (string)refused["sku"]!;
        var reason = (string?)refused["reasons"]![0];

        await postmart.Update(PostmartFixture.Item(sku));
        postmart.WaitForReview();
        Assert.Equal(3, (int)(await postmart.Listed(sku))["status"]!);
        Assert.Equal(reason, (string?)(await postmart.Listed(sku))["rejectReasons"]![0]!["message"]);

        var seen = new HashSet<int>();
        for (var i = 0; i < 12; i++)
        {
            await postmart.Update(PostmartFixture.Item(sku, p => p["name"] = $"Mật hoa dừa lần {i}"));
            postmart.WaitForReview();
            seen.Add((int)(await postmart.Listed(sku))["status"]!);
        }

        Assert.Contains(2, seen);
    }

    [Fact]
    public async Task Another_picture_is_a_change_and_the_same_picture_uploaded_again_is_none()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        var first = await postmart.Upload();
        await postmart.Client.Set("""{"refusedShare":0.5}""");
        await postmart.Create([.. Enumerable.Range(1, 40).Select(i => PostmartFixture.Item($"SP-{i}", p => p["images"] = new JsonArray(first)))]);
        postmart.WaitForReview();
        var items = (await postmart.Client.State())["items"]!.AsArray();
        var refused = items.Where(i => (string?)i!["status"] == "3").Select(i => (string)i!["sku"]!).Take(20).ToList();

        var again = await postmart.Upload();
        await Resend(postmart, refused, again);
        Assert.All(await Statuses(postmart, refused), s => Assert.Equal("3", s));
        await Resend(postmart, refused, await postmart.Upload(9));

        Assert.Contains("2", await Statuses(postmart, refused));
    }

    [Theory]
    [InlineData("Uống vào chữa bệnh tiểu đường", "CLAIM_FORBIDDEN")]
    [InlineData("Gọi ngay 0912.345.678 để đặt hàng", "PHONE_IN_TEXT")]
    [InlineData("Liên hệ +84 912 345 678", "PHONE_IN_TEXT")]
    public async Task A_cure_or_a_phone_number_is_always_refused(string text, string code)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A", i => i["shortDescription"] = text));
        postmart.WaitForReview();

        var listed = await postmart.Listed("A");

        Assert.Equal(3, (int)listed["status"]!);
        Assert.Equal(code, (string?)listed["rejectReasons"]![0]!["code"]);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused_in_review_at_Voso()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A", p => p["OCOP_CERT_EXPIRE"] = "2026-11-22");
        var good = await voso.Create("B", p => p["OCOP_CERT_EXPIRE"] = "2026-11-23");
        voso.WaitForReview();

        Assert.Equal("Giấy chứng nhận OCOP đã hết hạn", (string?)(await voso.Detail(id))["REASON"]);
        Assert.Equal("APPROVED", await voso.StateOf(good));
    }

    [Fact]
    public async Task Several_reasons_are_separated_by_semicolons_at_Voso()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A", p => p["PRODUCT_DESCRIPTION"] = "Chữa khỏi bệnh. Gọi 0912345678.");
        voso.WaitForReview();

        Assert.Equal(2, ((string)(await voso.Detail(id))["REASON"]!).Split("; ").Length);
    }

    private static async Task<SortedDictionary<string, string>> Verdicts(IReadOnlyList<string> codes, long seed, double share = 0.1)
    {
        await using var postmart = await PostmartFixture.StartAsync(seed: seed);
        await postmart.Upload();
        await postmart.Client.Set(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"refusedShare":{{share}}}"""));
        foreach (var part in codes.Chunk(50))
        {
            await postmart.Create([.. part.Select(c => PostmartFixture.Item(c))]);
        }

        postmart.WaitForReview();
        var items = (await postmart.Client.State())["items"]!.AsArray();
        return new SortedDictionary<string, string>(
            items.ToDictionary(i => (string)i!["sku"]!, i => (string?)i!["reasons"]!.AsArray().FirstOrDefault() ?? (string)i["status"]!),
            StringComparer.Ordinal);
    }

    private static async Task Resend(PostmartFixture postmart, IEnumerable<string> skus, string image)
    {
        await postmart.Update([.. skus.Select(s => PostmartFixture.Item(s, p => p["images"] = new JsonArray(image)))]);
        postmart.WaitForReview();
    }

    private static async Task<IReadOnlyList<string?>> Statuses(PostmartFixture postmart, List<string> skus) =>
        [.. (await postmart.Client.State())["items"]!.AsArray().Where(i => skus.Contains((string)i!["sku"]!)).Select(i => (string?)i!["status"])];
}
