using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>A kill is what the disk holds at the moment an answer arrives: the folder is copied under the running
/// sandbox.</summary>
public sealed class PersistenceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocop-sandbox-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_killed_Postmart_has_everything_it_answered()
    {
        var time = new ManualTime();
        await using var before = await PostmartFixture.StartAsync(NewFolder("a"), time);
        await before.Upload();
        await before.Create(PostmartFixture.Item("A"), PostmartFixture.Item("B"));
        before.WaitForReview();
        await before.Act("A", "HIDE");
        await before.Client.Set("""{"newItemsPerDay":77}""");
        await before.Client.Fault("""{"call":"create","kind":"html","count":3}""");
        await before.Client.Post("/products", PostmartFixture.Batch(PostmartFixture.Item("C")));
        var (state, log) = (await before.Client.State(), await before.Client.Log());

        await using var after = await PostmartFixture.StartAsync(Copied("a", "b"), time);
        var raws = (await after.Client.State())["items"]!.AsArray().Select(i => i!["raw"]!.ToJsonString());
        var logAfter = await after.Client.Log();

        Assert.Equal(state["items"]!.AsArray().Select(i => i!["raw"]!.ToJsonString()), raws);
        Assert.Equal(log.Select(l => l!.ToJsonString()), logAfter.Take(log.Count).Select(l => l!.ToJsonString()));
        Assert.Equal(77, (int)(await after.Client.Get("/_sandbox/settings")).Json["newItemsPerDay"]!);
        Assert.Equal(2, (int)(await after.Client.Get("/_sandbox/faults")).Json[0]!["count"]!);
        after.Client.Token = before.Client.Token;
        Assert.Equal(5, (int)(await after.Listed("A"))["status"]!);
        Assert.Equal("M00000002", await after.Upload(2));
    }

    [Fact]
    public async Task A_restart_signs_with_the_same_key()
    {
        var folder = NewFolder("a");
        string first;
        await using (var before = await PostmartFixture.StartAsync(folder))
        {
            first = (await before.Client.Get("/_sandbox/public-key.pem")).Text;
        }

        await using var after = await PostmartFixture.StartAsync(folder);

        Assert.Equal(first, (await after.Client.Get("/_sandbox/public-key.pem")).Text);
    }

    [Fact]
    public async Task A_review_that_was_due_while_the_sandbox_was_dead_happens_at_its_start()
    {
        var time = new ManualTime();
        await using var before = await PostmartFixture.StartAsync(NewFolder("a"), time);
        await before.Upload();
        await before.Create(PostmartFixture.Item("A"));
        var copy = Copied("a", "b");
        time.Move(60);

        await using var after = await PostmartFixture.StartAsync(copy, time);

        Assert.Equal("2", (string?)(await after.Client.State())["items"]![0]!["status"]);
    }

    [Fact]
    public async Task A_killed_Voso_has_everything_it_answered()
    {
        var time = new ManualTime();
        await using var before = await VosoFixture.StartAsync(NewFolder("a"), time);
        var id = await before.Create("A");
        before.WaitForReview();
        await before.Change(id, "STOPPED");
        var token = before.Client.Token;
        var raw = (await before.Client.State())["items"]![0]!["raw"]!.ToJsonString();

        await using var after = await VosoFixture.StartAsync(Copied("a", "b"), time);
        Assert.Equal(raw, (await after.Client.State())["items"]![0]!["raw"]!.ToJsonString());
        after.Client.Token = token;

        Assert.Equal("STOPPED", await after.StateOf(id));
        Assert.Equal(id + 1, await after.Create("B"));
    }

    [Fact]
    public async Task A_torn_last_line_is_forgotten_and_what_follows_is_kept()
    {
        var folder = NewFolder("a");
        await using (var before = await PostmartFixture.StartAsync(folder))
        {
            await before.Upload();
            await before.Create(PostmartFixture.Item("A"));
        }

        await File.AppendAllTextAsync(Path.Combine(folder, "postmart", "journal.jsonl"), "{\"puts\":[{\"kind\":\"item\",\"row\":{\"productId\"");
        await using (var again = await PostmartFixture.StartAsync(folder))
        {
            await again.Create(PostmartFixture.Item("B"));
        }

        await using var last = await PostmartFixture.StartAsync(folder);
        Assert.Equal(["A", "B"], (await last.Client.State())["items"]!.AsArray().Select(i => (string?)i!["sku"]));
    }

    [Fact]
    public async Task Two_sandboxes_cannot_write_one_folder()
    {
        var folder = NewFolder("a");
        await using var first = await PostmartFixture.StartAsync(folder);

        await Assert.ThrowsAsync<IOException>(() => PostmartFixture.StartAsync(folder));
    }

    [Fact]
    public async Task A_reset_forgets_everything_but_the_seeded_shops_also_after_a_restart()
    {
        var folder = NewFolder("a");
        await using (var before = await PostmartFixture.StartAsync(folder))
        {
            await before.Upload();
            await before.Create(PostmartFixture.Item("A"));
            await before.Client.Post("/_sandbox/reset", new JsonObject());
            Assert.Empty(await before.Client.Log());
        }

        await using var after = await PostmartFixture.StartAsync(folder);
        var state = await after.Client.State();
        Assert.Empty(state["items"]!.AsArray());
        Assert.Equal(PostmartFixture.Shop, (string?)state["shops"]![0]!["id"]);
    }

    private string NewFolder(string name) => Path.Combine(_root, name);

    private string Copied(string from, string to)
    {
        foreach (var file in Directory.GetFiles(NewFolder(from), "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(NewFolder(to), Path.GetRelativePath(NewFolder(from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }

        return NewFolder(to);
    }
}
