using OcopMarket.Core.People;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A producer who goes: the whole engine takes the items out of the shop and then forgets, with the platform as the judge.</summary>
public sealed class ErasureTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    [Fact]
    public async Task The_items_of_an_erased_producer_leave_the_shop_before_the_rows_go_and_those_of_others_stay()
    {
        var other = await engine.AddAsync();
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await other.LiveAsync();
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));

        var request = await DecideAsync(goods.Producer);
        await UntilAsync($"subject_request WHERE id = {request} AND step = 'done' AND left_over = '[]'");

        Assert.Equal(0, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.ItemsAsync(other.Sku));
        Assert.Equal(0, await engine.CountAsync($"listing WHERE producer_id = {goods.Producer}"));
        Assert.Equal(0, await engine.CountAsync($"producer WHERE id = {goods.Producer}"));
        Assert.Equal(0, await engine.CountAsync("credential c WHERE NOT EXISTS (SELECT FROM seller_account a WHERE a.credential_id = c.id)"));
        await other.LiveAsync();
        await engine.ChangeAsync(other, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await other.UntilAsync("seen_price = 199000 AND state = 'live'");
    }

    private async Task<long> DecideAsync(long producer)
    {
        await using var connection = await engine.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (_, id) = await SubjectDecisions.RecordAsync(
            transaction, new("erase", producer, null, null, "Phiếu 1", new(2026, 11, 23)), new(2, 15, "", new Dictionary<string, string>()),
            new Actor("Lan", "test"), CancellationToken.None);
        Assert.Equal(SubjectOutcome.Done, await SubjectDecisions.ApproveAsync(transaction, id!.Value, new("Minh", "test"), CancellationToken.None));
        await transaction.CommitAsync();
        return id.Value;
    }

    private async Task UntilAsync(string rows)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await engine.CountAsync(rows) == 0)
        {
            Assert.False(limit.IsCancellationRequested, await engine.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', r.step, l.state, l.desired, l.seen), '; ') FROM subject_request r LEFT JOIN listing l ON l.producer_id = r.producer_id"));
            await Task.Delay(100);
        }
    }
}
