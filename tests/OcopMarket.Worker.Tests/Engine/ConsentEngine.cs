using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>The engine with shops whose owners consent on the simulated platform, connected as the portal and a worker connect them.</summary>
public abstract class ConsentEngine(string key) : EngineFixture(key)
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

    /// <summary>Where the owner of this shop consents.</summary>
    protected abstract string AgreeAt(string shop);

    /// <summary>The platform's way back names the shop; otherwise the tokens do.</summary>
    protected abstract bool NamesTheShop { get; }

    protected override SellerLogin LoginOf(JsonNode shop) => throw new InvalidOperationException("Shops are connected by consent.");

    protected override Task PrepareAsync() => Services.GetRequiredService<CredentialStore>().SaveAsync(
        Marketplace, CredentialScope.PartnerLogin,
        new(Platform.Application.Id, new(Platform.Application.Secret), new Dictionary<string, string>()), keepPassword: true, null,
        new("test", "test"), CancellationToken.None);

    protected override Task WantShopAsync(long producer) => ExecuteAsync(
        """
        WITH a AS (
            INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by, login_wanted, next_check_at)
            SELECT @Key, id, unit_now, name, 'planned', 'test', 'self', true, 'infinity' FROM producer WHERE id = @producer RETURNING id, producer_id)
        INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by) SELECT id, producer_id, '2020-01-01', 'test', 'test' FROM a;
        UPDATE product SET revision = revision + 1 WHERE producer_id = @producer; -- the loops may have composed it without the shop
        """, new { producer, Key });

    /// <summary>The owner clicks, the portal hands on, and the loops exchange the code.</summary>
    protected override async Task RegisterAsync(long producer, string name, JsonNode shop)
    {
        var id = (string)shop["id"]!;
        using var answer = await _browser.GetAsync(new Uri($"{Platform.BaseUrl}{AgreeAt(id)}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx&state=s"));
        var attempt = await ScalarAsync<long>(
            """
            INSERT INTO connect_attempt (kind, state_hash, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace,
                step, returned_at, code, claimed_shop)
            SELECT 'connect', sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), 1, 'Thạch Thị Chal Thi', 'producer', '127.0.0.1', 'c', id, producer_id,
                marketplace, 'returned', now(), @code, @claimed FROM seller_account WHERE producer_id = @producer AND marketplace = @Key RETURNING id
            """,
            new { code = HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"], claimed = NamesTheShop ? id : null, producer, Key });
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await ScalarAsync<string>("SELECT step FROM connect_attempt WHERE id = @attempt", new { attempt }) is var step && step != "done")
        {
            Assert.False(step == "refused" || limit.IsCancellationRequested, await ScalarAsync<string>("SELECT concat(step, ' ', result) FROM connect_attempt WHERE id = @attempt", new { attempt }));
            await Task.Delay(100);
        }
    }
}

public sealed class ShopeeEngine() : ConsentEngine("shopee")
{
    protected override bool NamesTheShop => true;

    protected override string AgreeAt(string shop) => $"/auth/agree?shop_id={shop}";
}

public sealed class LazadaEngine() : ConsentEngine("lazada")
{
    protected override bool NamesTheShop => false;

    /// <summary>The simulated platform's category stands for the one that an operator looks up.</summary>
    protected override IReadOnlyDictionary<string, string?> OwnSettings => new Dictionary<string, string?> { ["Marketplaces:lazada:Categories:8"] = "90000104" };

    protected override string AgreeAt(string shop) => $"/oauth/agree?seller_id={shop}";
}
