using System.Net;
using OcopMarket.Core.People;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Publishing;

/// <summary>Workers that are killed while they carry out what a person confirmed: nothing of it is lost, and nothing is done twice.</summary>
public sealed class KilledWishTests(PublishApp app) : IClassFixture<PublishApp>
{
    private const int Products = 40;

    [Fact]
    public async Task What_was_confirmed_is_carried_out_whole_though_workers_are_killed_on_the_way()
    {
        await app.AddAsync(3, Products);
        await app.PlanAsync();
        await app.UntilAsync($"(SELECT count(*) = {2 * Products} FROM listing WHERE state = 'live')");
        long plan;
        using (var business = await app.People.SignedInAsync(PersonRole.Business))
        {
            var token = Visitor.Token(await business.PageAsync("/san-pham"));
            var made = await business.SendAsync("/ke-hoach", null, token, ("viec", "hide"), ("tat-ca", "1"), ("noi", "postmart"), ("noi", "voso"));
            Assert.Equal(HttpStatusCode.Found, made.Status);
            plan = long.Parse(made.Location!["/ke-hoach/".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }

        await app.StopAsync(); // from here on workers are processes that can be killed
        await app.ExecuteAsync("UPDATE wish_plan SET step = 'confirmed', confirmed_at = now() WHERE id = @plan", new { plan });
        var killed = 0;
        for (var goal = 1; goal <= 41; goal += 20)
        {
            await using var worker = app.StartWorker();
            await app.UntilAsync($"(SELECT count(*) >= {goal} FROM listing_attempt WHERE kind = 'hide')", worker);
            await worker.KillAsync();
            killed++;
        }

        await using var last = app.StartWorker();
        await app.UntilAsync($"(SELECT count(*) = {2 * Products} FROM listing WHERE state = 'hidden') AND (SELECT step = 'done' FROM wish_plan WHERE id = {plan})", last);
        await last.KillAsync();

        Assert.Equal(3, killed);
        Assert.Equal((2 * Products, 0, 0), await app.JudgeAsync());
        Assert.Equal(
            $"applied {2 * Products}",
            await app.ScalarAsync<string>("SELECT string_agg(outcome || ' ' || c, ',') FROM (SELECT outcome, count(*) AS c FROM wish_item WHERE plan_id = @plan GROUP BY 1) x", new { plan }));
        Assert.Equal(2 * Products, await app.CountAsync("listing_event WHERE kind = 'decided' AND what = 'hide'"));
    }
}
