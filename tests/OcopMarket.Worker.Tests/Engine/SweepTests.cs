using Dapper;
using OcopMarket.Data.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A database that knows less than the shops do: what stands there is found before anything is created.</summary>
public abstract class SweepTests<TEngine>(TEngine engine) : IClassFixture<TEngine>
    where TEngine : EngineFixture
{
    private const string ForgetListings = """
        DELETE FROM listing WHERE id = @Listing;
        UPDATE product SET revision = revision + 1 WHERE producer_id = @Producer
        """;

    [Fact]
    public async Task An_item_that_the_database_forgot_is_adopted_and_not_created_again()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var known = await engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { goods.Listing });

        await GateAsync(ForgetListings, goods);
        await engine.PlanAsync();
        var again = await ForgottenAsync(goods);
        await again.LiveAsync();

        Assert.Equal(known, await engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { again.Listing }));
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
        Assert.Equal(0, await again.AttemptsAsync("lane = 'create'"));
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_shop_was_read_whole()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await GateAsync("SELECT 1", goods, TimeSpan.FromHours(1));

        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 190000 WHERE producer_id = @producer");
        await Task.Delay(TimeSpan.FromSeconds(3)); // the dispatcher looks once a second

        Assert.Equal(0, await goods.AttemptsAsync("lane = 'price'"));
        await engine.ExecuteAsync("UPDATE seller_account SET sweep_at = now() WHERE producer_id = @Producer", new { goods.Producer });
        await goods.UntilAsync("seen_price = 190000");
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
    }

    [Fact]
    public async Task A_reading_keeps_what_stands_in_the_shop_ours_or_not()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await engine.ExecuteAsync("UPDATE seller_account SET sweep_at = now() WHERE producer_id = @Producer", new { goods.Producer });

        await goods.UntilAsync("EXISTS (SELECT FROM shop_item i WHERE i.account_id = listing.account_id AND i.external_id = listing.external_id)");
    }

    /// <summary>OCOP_SABOTAGE=Sweep: what stands in the shop is not kept, and the item is created a second time where the platform lets us.</summary>
    private async Task GateAsync(string forget, Goods goods, TimeSpan? wait = null)
    {
        await using var connection = await engine.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(forget, new { goods.Listing, goods.Producer }, transaction);
        await ShopSweeps.GateAsync(
            transaction, new Dictionary<string, TimeSpan> { [engine.Key] = wait ?? TimeSpan.Zero }, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private async Task<Goods> ForgottenAsync(Goods goods) => goods with
    {
        Listing = await engine.ScalarAsync<long>(
            "SELECT id FROM listing WHERE producer_id = @Producer AND marketplace = @Key", new { goods.Producer, engine.Key }),
    };
}

public sealed class PostmartSweepTests(PostmartEngine engine) : SweepTests<PostmartEngine>(engine);

public sealed class VosoSweepTests(VosoEngine engine) : SweepTests<VosoEngine>(engine);
