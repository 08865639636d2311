using System.Text.Json.Nodes;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>A mistake in a list, seen and let go by a person at the command line.</summary>
public sealed class HoldsTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_price_with_a_nought_too_many_is_shown_and_released_with_a_name_and_a_reason()
    {
        var lines = (await File.ReadAllLinesAsync(Path.Combine(AppFolder.Config, "samples", "tra-vinh", "products.ndjson"))).Take(10).ToArray();
        await app.JsonAsync("pull", "sample", "--file", app.Folder.Write("right.ndjson", string.Join('\n', lines) + "\n"), "--json");
        Assert.Contains("Nothing is held.", (await app.RunAsync("holds")).Output, StringComparison.Ordinal);
        var wrong = JsonNode.Parse(lines[0])!;
        wrong["priceVnd"] = 10 * (long)wrong["priceVnd"]!;
        lines[0] = wrong.ToJsonString();
        await app.JsonAsync("pull", "sample", "--file", app.Folder.Write("wrong.ndjson", string.Join('\n', lines) + "\n"), "--json");

        var hold = Assert.Single((await app.JsonAsync("holds", "--json")).GetProperty("holds").EnumerateArray());
        var text = await app.RunAsync("holds");
        var id = hold.GetProperty("id").GetInt64();
        var number = $"{id}";

        Assert.Equal(("price", "sample"), (hold.GetProperty("kind").GetString(), hold.GetProperty("source").GetString()));
        Assert.All(hold.GetProperty("lines").EnumerateArray(), l => Assert.Equal(
            (110_000, 1_100_000), (l.GetProperty("was").GetInt32(), l.GetProperty("becomes").GetInt32())));
        Assert.Contains("110000 -> 1100000", text.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await app.RunAsync("release", number, "--by", "Lan", "--reason", "đúng")).Code);
        Refusal.IsOneSentence(await app.RunAsync("release", "999", "--by", "Lan", "--reason", "the producer said so"), 4);

        var proposed = await app.RunAsync("release", number, "--by", "Lan", "--reason", "the producer said so");
        Assert.True(proposed.Code == 0, proposed.Errors);
        Assert.Contains("second person", proposed.Output, StringComparison.Ordinal);
        Assert.Equal(2, await app.CountAsync("listing_hold WHERE ended_at IS NULL"));
        Refusal.IsOneSentence(await app.RunAsync("release", number, "--by", " LAN ", "--reason", "the producer said so"), 4);

        var released = await app.RunAsync("release", number, "--by", "Minh", "--reason", "I asked the producer, too");

        Assert.True(released.Code == 0, released.Errors);
        Assert.Equal(
            "Lan, Minh: the producer said so",
            await app.ScalarAsync<string>("SELECT released_by || ': ' || reason FROM guard_hold WHERE id = @id", new { id }));
        Assert.Equal(0, await app.CountAsync("listing_hold WHERE ended_at IS NULL"));
        Assert.Equal(
            ["Lan hold.propose", "Minh hold.approve", "name:LAN, name:MINH hold.items", "name:LAN, name:MINH hold.release"],
            await app.QueryAsync<string>("SELECT actor || ' ' || action FROM audit WHERE (after->>'hold')::bigint = @id ORDER BY id", new { id }));
        Refusal.IsOneSentence(await app.RunAsync("release", number, "--by", "Lan", "--reason", "the producer said so"), 4);
    }

    [Fact]
    public async Task A_difference_is_shown_and_decided_with_a_name_and_a_reason()
    {
        await app.JsonAsync("pull", "sample", "--file", Path.Combine(AppFolder.Config, "samples", "tra-vinh", "products.ndjson"), "--json");
        var id = await app.ScalarAsync<long>(
            """
            WITH l AS (
                UPDATE listing SET external_id = 'X1', seen = 'live', seen_at = now(), seen_price = desired_price + 1000
                WHERE id = (SELECT min(id) FROM listing WHERE desired_price IS NOT NULL) RETURNING *)
            INSERT INTO listing_issue (listing_id, producer_id, marketplace, code, origin, severity, owner, fields, args)
            SELECT id, producer_id, marketplace, 'drift', 'engine', 'warning', 'staff', '{price}', '{}' FROM l RETURNING listing_id
            """);

        var shown = Assert.Single((await app.JsonAsync("undecided", "--json")).GetProperty("listings").EnumerateArray());
        Assert.Equal((id, "drift", "price"), (
            shown.GetProperty("listingId").GetInt64(), shown.GetProperty("code").GetString(), shown.GetProperty("field").GetString()));
        Assert.Contains(", theirs ", (await app.RunAsync("undecided")).Output, StringComparison.Ordinal);
        Refusal.IsOneSentence(await app.RunAsync("replay", $"{id}", "--by", "Lan", "--reason", "the producer said so"), 4);
        Assert.Equal(2, (await app.RunAsync("keep", "mine", $"{id}", "--by", "Lan", "--reason", "the producer said so")).Code);

        var kept = await app.RunAsync("keep", "theirs", $"{id}", "--by", "Lan", "--reason", "the producer said so");

        Assert.True(kept.Code == 0, kept.Errors);
        Assert.True(await app.ScalarAsync<bool>("SELECT accepted_price = seen_price FROM listing WHERE id = @id", new { id }));
        Assert.Equal(1, await app.CountAsync($"listing_event WHERE listing_id = {id} AND kind = 'decided' AND how = 'Lan'"));
        Assert.Equal(1, await app.CountAsync($"audit WHERE actor = 'Lan' AND action = 'listing.decide' AND after->'listings' = '[{id}]'"));
    }
}
