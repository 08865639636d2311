using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>The engine with shops whose owners consent on the simulated Shopee, connected as the portal and a worker connect them.</summary>
public sealed class ShopeeEngine() : EngineFixture("shopee")
{
    private readonly HttpClient _browser = new(new HttpClientHandler { AllowAutoRedirect = false });

    protected override CredentialScope Scope => CredentialScope.ShopLogin;

    public override async Task DisposeAsync()
    {
        _browser.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>The simulated shop's own row of an item.</summary>
    public async Task<JsonNode> ItemAsync(string sku) =>
        (await StateAsync())["items"]!.AsArray().Single(i => (string?)i!["sku"] == sku && !(bool)i["deleted"]!)!["raw"]!;

    public async Task<int> BreachesAsync() => (int)(await StateAsync())["rateBreaches"]!;

    protected override SellerLogin LoginOf(JsonNode shop) => throw new InvalidOperationException("Shops are connected by consent.");

    protected override Task PrepareAsync() => Services.GetRequiredService<CredentialStore>().SaveAsync(
        Marketplace, CredentialScope.PartnerLogin,
        new(Platform.Application.Id, new(Platform.Application.Secret), new Dictionary<string, string>()), keepPassword: true, null,
        new("test", "test"), CancellationToken.None);

    protected override Task WantShopAsync(long producer) => ExecuteAsync(
        """
        WITH a AS (
            INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by, login_wanted, next_check_at)
            SELECT 'shopee', id, unit_now, name, 'planned', 'test', 'self', true, 'infinity' FROM producer WHERE id = @producer RETURNING id, producer_id)
        INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by) SELECT id, producer_id, '2020-01-01', 'test', 'test' FROM a
        """, new { producer });

    /// <summary>The owner clicks, the portal hands on, and the loops exchange the code.</summary>
    protected override async Task RegisterAsync(long producer, string name, JsonNode shop)
    {
        var id = (string)shop["id"]!;
        using var answer = await _browser.GetAsync(new Uri($"{Platform.BaseUrl}/auth/agree?shop_id={id}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx&state=s"));
        var attempt = await ScalarAsync<long>(
            """
            INSERT INTO connect_attempt (kind, state_hash, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace,
                step, returned_at, code, claimed_shop)
            SELECT 'connect', sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), 1, 'Thạch Thị Chal Thi', 'producer', '127.0.0.1', 'c', id, producer_id,
                'shopee', 'returned', now(), @code, @id FROM seller_account WHERE producer_id = @producer AND marketplace = 'shopee' RETURNING id
            """,
            new { code = HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"], id, producer });
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await ScalarAsync<string>("SELECT step FROM connect_attempt WHERE id = @attempt", new { attempt }) is var step && step != "done")
        {
            Assert.False(step == "refused" || limit.IsCancellationRequested, await ScalarAsync<string>("SELECT concat(step, ' ', result) FROM connect_attempt WHERE id = @attempt", new { attempt }));
            await Task.Delay(100);
        }
    }
}
