using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

public sealed class VosoPictureTests
{
    [Fact]
    public async Task A_product_is_approved_once_its_pictures_were_fetched()
    {
        await using var seller = await Listener.StartAsync();
        seller.Content = Pictures.Jpeg(800, 600);
        await using var voso = await VosoFixture.StartAsync(fetchImages: true);

        var id = await voso.Create("A", p => p["IMAGE_URLS"] = new JsonArray($"{seller.Url}/a.jpg", $"{seller.Url}/b.jpg"));
        await Listener.Until(() => Task.FromResult(seller.Bodies.Count >= 2 ? seller : null));
        voso.WaitForReview();

        Assert.NotNull(await Listener.Until(async () => await voso.StateOf(id) == "APPROVED" ? "approved" : null));
    }

    [Fact]
    public async Task A_picture_refused_three_times_rejects_the_product_with_its_address()
    {
        await using var seller = await Listener.StartAsync();
        seller.Answer = _ => 404;
        await using var voso = await VosoFixture.StartAsync(fetchImages: true, tries: [0, 100, 200]);
        var url = $"{seller.Url}/khong-co.jpg";

        var id = await voso.Create("A", p => p["IMAGE_URLS"] = new JsonArray(url));
        await Listener.Until(() => Task.FromResult(seller.Bodies.Count == 1 ? seller : null));
        voso.WaitForReview();
        Assert.Equal("WAITING_APPROVE", await voso.StateOf(id));
        voso.Time.Move(100);
        await Listener.Until(() => Task.FromResult(seller.Bodies.Count == 2 ? seller : null));
        voso.Time.Move(100);
        var reason = await Listener.Until(async () => (string?)(await voso.Detail(id))["REASON"]);

        Assert.Equal($"Ảnh không tải được: {url}", reason);
        Assert.Equal("REJECTED", await voso.StateOf(id));
        Assert.Equal(3, seller.Bodies.Count);
    }

    [Fact]
    public async Task What_is_no_picture_counts_as_not_fetched()
    {
        await using var seller = await Listener.StartAsync();
        seller.Content = "<html></html>"u8.ToArray();
        await using var voso = await VosoFixture.StartAsync(fetchImages: true, tries: [0]);

        var id = await voso.Create("A", p => p["IMAGE_URLS"] = new JsonArray($"{seller.Url}/a.jpg"));
        await Listener.Until(() => Task.FromResult(seller.Bodies.IsEmpty ? null : seller));
        voso.WaitForReview();

        Assert.StartsWith(
            "Ảnh không tải được", await Listener.Until(async () => (string?)(await voso.Detail(id))["REASON"]), StringComparison.Ordinal);
    }
}
