using System.Net;
using System.Text.RegularExpressions;
using Npgsql;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests;

/// <summary>Row S10: nobody lets a held mass change go alone, nor without seeing all of it.</summary>
public sealed partial class HoldPageTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private const string Reason = "Đã gọi điện cho chủ thể xác nhận";

    [Fact]
    public async Task One_proposes_and_another_confirms_what_both_saw()
    {
        var hold = await HoldAsync("84", 3);
        using var lan = await portal.People.SignedInAsync(PersonRole.Staff, "lan-hold@test.example");
        using var minh = await portal.People.SignedInAsync(PersonRole.Staff, "minh-hold@test.example");
        Assert.Contains($"/tam-giu/{hold}", await lan.PageAsync("/tam-giu"), StringComparison.Ordinal);

        Assert.Contains("từ 10 đến 500", (await SendAsync(lan, hold, "propose", ("reason", "đúng"))).Html, StringComparison.Ordinal);
        Assert.Contains("Đã ghi đề nghị", (await SendAsync(lan, hold, "propose", ("reason", Reason))).Html, StringComparison.Ordinal);
        Assert.Contains("Một người khác phải xem", await lan.PageAsync($"/tam-giu/{hold}"), StringComparison.Ordinal);
        Assert.Contains("không được tự xác nhận", (await SendAsync(lan, hold, "confirm")).Html, StringComparison.Ordinal);
        Assert.Null(await ApproverAsync(hold));

        Assert.Contains("vừa thay đổi", (await SendAsync(minh, hold, "confirm", ("sight", "2-17"))).Html, StringComparison.Ordinal);
        Assert.Null(await ApproverAsync(hold));
        Assert.Contains("Đã xác nhận", (await SendAsync(minh, hold, "confirm")).Html, StringComparison.Ordinal);

        Assert.Equal("Người staff", await ApproverAsync(hold));
        Assert.Equal(
            ["hold.propose", "hold.approve"],
            await portal.QueryAsync<string>(
                "SELECT action FROM audit WHERE (after->>'hold')::bigint = @hold AND actor LIKE 'person %' AND origin LIKE 'portal, %' AND correlation IS NOT NULL ORDER BY id", new { hold }));
    }

    [Fact]
    public async Task What_was_added_since_must_be_proposed_anew()
    {
        var hold = await HoldAsync("84", 1);
        using var lan = await portal.People.SignedInAsync(PersonRole.Staff, "lan-added@test.example");
        using var minh = await portal.People.SignedInAsync(PersonRole.Staff, "minh-added@test.example");
        await SendAsync(lan, hold, "propose", ("reason", Reason));
        await portal.ExecuteAsync("UPDATE listing_hold SET becomes = 7, held_at = clock_timestamp() WHERE hold_id = @hold", new { hold });

        Assert.Contains("đề nghị lần nữa", await minh.PageAsync($"/tam-giu/{hold}"), StringComparison.Ordinal);
        Assert.Contains("vừa thay đổi", (await SendAsync(minh, hold, "confirm")).Html, StringComparison.Ordinal);
        Assert.Null(await ApproverAsync(hold));
    }

    [Theory]
    [InlineData(PersonRole.Business)]
    [InlineData(PersonRole.Viewer)]
    public async Task Who_may_not_decide_is_refused(PersonRole role)
    {
        var hold = await HoldAsync("84", 1);
        using var visitor = await portal.People.SignedInAsync(role);

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(visitor, hold, "propose", ("reason", Reason))).Status);

        Assert.Null(await portal.ScalarAsync<string>("SELECT proposed_by FROM guard_hold WHERE id = @hold", new { hold }));
    }

    [Fact]
    public async Task Nobody_decides_about_listings_beyond_the_own_area()
    {
        var hold = await HoldAsync("84", 2);
        await portal.ExecuteAsync(
            "UPDATE listing SET unit_code = '01' WHERE id = (SELECT max(listing_id) FROM listing_hold WHERE hold_id = @hold)", new { hold });
        using var lan = await portal.People.SignedInAsync(PersonRole.Staff, "lan-area@test.example");

        Assert.Contains("ngoài địa bàn", await lan.PageAsync($"/tam-giu/{hold}"), StringComparison.Ordinal);
        Assert.Contains("không còn giữ lại", (await SendAsync(lan, hold, "propose", ("reason", Reason))).Html, StringComparison.Ordinal);
        await portal.ExecuteAsync("UPDATE listing SET unit_code = '01' WHERE id IN (SELECT listing_id FROM listing_hold WHERE hold_id = @hold)", new { hold });

        Assert.Equal(HttpStatusCode.NotFound, await lan.StatusAsync($"/tam-giu/{hold}"));
        Assert.Null(await portal.ScalarAsync<string>("SELECT proposed_by FROM guard_hold WHERE id = @hold", new { hold }));
        await portal.ExecuteAsync("UPDATE listing SET unit_code = '84' WHERE id IN (SELECT listing_id FROM listing_hold WHERE hold_id = @hold)", new { hold });
    }

    /// <summary>Also where the program forgets.</summary>
    [Fact]
    public async Task The_database_takes_no_release_of_the_portal_and_none_of_one_person()
    {
        var hold = await HoldAsync("84", 1);
        await using var connection = await portal.WebSource.OpenConnectionAsync();
        await using var scope = new NpgsqlCommand("SELECT set_config('app.scope', 'all', false)", connection);
        await scope.ExecuteNonQueryAsync();
        await using var release = new NpgsqlCommand("UPDATE guard_hold SET released_at = now(), released_by = 'x', reason = 'x' WHERE id = $1", connection);
        release.Parameters.Add(new() { Value = hold });
        await using var alone = new NpgsqlCommand(
            """
            UPDATE guard_hold SET proposed_by = 'x', proposed_key = 'person:1', proposed_at = now(), proposed_reason = 'x',
                   approved_by = 'x', approved_key = 'person:1', approved_at = now()
            WHERE id = $1
            """, connection);
        alone.Parameters.Add(new() { Value = hold });

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => release.ExecuteNonQueryAsync())).SqlState);
        Assert.Equal(PostgresErrorCodes.CheckViolation, (await Assert.ThrowsAsync<PostgresException>(() => alone.ExecuteNonQueryAsync())).SqlState);
    }

    private async Task<long> HoldAsync(string unit, int listings) => await portal.ScalarAsync<long>(
        """
        WITH ended AS (UPDATE guard_hold SET released_at = now(), released_by = 'test', reason = 'test' WHERE released_at IS NULL),
        undone AS (UPDATE listing_hold SET ended_at = now(), ended_how = 'withdrawn' WHERE ended_at IS NULL)
        SELECT 1
        """) is 1 ? await portal.ScalarAsync<long>(
        """
        WITH g AS (INSERT INTO guard_hold (kind, source_id) VALUES ('price', 1) RETURNING id)
        INSERT INTO listing_hold (listing_id, hold_id, kind, was, becomes)
        SELECT l.id, g.id, 'price', 10000, 990000 FROM g, listing l WHERE l.unit_code = @unit ORDER BY l.id LIMIT @listings
        RETURNING hold_id
        """, new { unit, listings }) : 0;

    private Task<string?> ApproverAsync(long hold) => portal.ScalarAsync<string>("SELECT approved_by FROM guard_hold WHERE id = @hold", new { hold });

    /// <summary>The form with its hidden field, also where the page offers no such button.</summary>
    private static async Task<Answer> SendAsync(Visitor visitor, long hold, string what, params (string Name, string Value)[] fields)
    {
        var html = await visitor.PageAsync($"/tam-giu/{hold}");
        var sight = Sight().Match(html).Groups[1].Value;
        return await visitor.SendAsync(
            $"/tam-giu/{hold}", "decide", Visitor.Token(html.Contains("__RequestVerificationToken", StringComparison.Ordinal) ? html : await visitor.PageAsync("/tai-khoan")),
            [.. fields, ("what", what), ("sight", sight)]);
    }

    [GeneratedRegex("name=\"sight\" value=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Sight();
}
