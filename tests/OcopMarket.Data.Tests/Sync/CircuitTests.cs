using Dapper;
#if OCOP_SABOTAGE
using OcopMarket.Core;
#endif
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>A platform that does not answer is found out once for all workers, and takes nobody else's turn.</summary>
public sealed class CircuitTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Key = "postmart";

    private Circuits Circuits => new(ledger.DataSource);

    [Fact]
    public async Task After_ten_calls_without_an_answer_shops_wait_then_one_tries_and_an_answer_opens_the_way()
    {
        await BeginAsync();
        await FailAsync(Circuits.Threshold - 1);
        Assert.Equal(8, await AllowAsync());
        await FailAsync(1);
        Assert.Equal(0, await AllowAsync());

        await PassAsync();
        Assert.Equal(1, await AllowAsync());
        Assert.Equal(0, await AllowAsync()); // the other workers wait for what the one finds out

        await Circuits.ReportAsync(Key, null, CancellationToken.None);
        Assert.Equal(8, await AllowAsync());
    }

    [Fact]
    public async Task An_answer_in_between_begins_the_count_anew()
    {
        await BeginAsync();
        await FailAsync(Circuits.Threshold - 1);
        await Circuits.ReportAsync(Key, null, CancellationToken.None);
        await FailAsync(Circuits.Threshold - 1);

        Assert.Equal(8, await AllowAsync());
    }

    [Fact]
    public async Task Where_every_shop_is_a_host_of_its_own_one_that_is_away_stops_no_other()
    {
        await BeginAsync();
        var circuits = new Circuits(ledger.DataSource, new HashSet<string>([Key]));
        for (var i = 0; i < 2 * Circuits.Threshold; i++)
        {
            await circuits.ReportAsync(Key, "HTTP 503", CancellationToken.None);
        }

        Assert.Equal(8, await circuits.AllowAsync(Key, 8, CancellationToken.None));
    }

#if OCOP_SABOTAGE
    [Fact]
    public async Task Without_the_circuit_every_worker_goes_on_calling()
    {
        await BeginAsync();
        Sabotage.Choose(nameof(Sabotage.Circuit));

        await FailAsync(100);

        Assert.Equal(8, await AllowAsync());
    }
#endif

    [Fact]
    public async Task A_claim_for_one_platform_takes_no_other_platforms_shop()
    {
        var listing = (await BeginAsync())[0];
        await ledger.EditAsync(listing, Lane.Price);

        Assert.Empty(await ledger.Queue.ClaimAsync("voso", 5, CancellationToken.None));
        Assert.NotEmpty(await ledger.Queue.ClaimAsync(Key, 5, CancellationToken.None));
    }

    [Fact]
    public async Task A_queue_that_an_older_worker_opened_finds_its_platform_at_the_next_sweep()
    {
        var listing = (await BeginAsync())[0];
        await ledger.EditAsync(listing, Lane.Price);
        await ExecuteAsync("UPDATE account_queue SET marketplace = NULL");
        Assert.Empty(await ledger.Queue.ClaimAsync(Key, 5, CancellationToken.None));

        await ledger.Queue.SweepAsync(CancellationToken.None);

        Assert.NotEmpty(await ledger.Queue.ClaimAsync(Key, 5, CancellationToken.None));
    }

    private async Task<long[]> BeginAsync()
    {
        await ExecuteAsync("DELETE FROM circuit");
        return [.. await ledger.BeginAsync()];
    }

    private Task<int> AllowAsync() => Circuits.AllowAsync(Key, 8, CancellationToken.None);

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Circuits.ReportAsync(Key, "HTTP 503", CancellationToken.None);
        }
    }

    private Task PassAsync() => ExecuteAsync("UPDATE circuit SET open_until = now() - interval '1 s'");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ledger.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
