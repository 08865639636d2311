using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.App.Demo;

/// <summary>Opens shops for the demo's producers, as staff would: through the partner login where the platform registers shops, else the
/// platform's people open it and we are given the login.</summary>
internal sealed class DemoShops(
    DemoQueries queries, AccountStore accounts, ShopOpening opening, MarketplaceRegistry marketplaces, ICatalogueChanged catalogue,
    TimeProvider time)
{
    private const int Rounds = 20;
    private const string OpenedBy = "demo";
    private const string Evidence = "Phiếu ủy quyền mẫu của bản dùng thử";

    public async Task OpenAsync(IReadOnlyList<SandboxClient> sandboxes, CancellationToken cancellationToken)
    {
        var producers = await queries.ProducersAsync(cancellationToken);
        await queries.GivePhonesAsync([.. producers.Select(p => (p.Id, DemoPhone.Of(p.Key)))], cancellationToken);
        foreach (var sandbox in sandboxes)
        {
            await OpenAsync(sandbox, cancellationToken);
        }

        await catalogue.PlanAsync(cancellationToken);
    }

    /// <summary>A lost answer or a full limit ends a round, as it would end a person's; the next one goes on with those who have no shop yet,
    /// and a phone that already has a shop gets that shop.</summary>
    private async Task OpenAsync(SandboxClient sandbox, CancellationToken cancellationToken)
    {
        var key = new MarketplaceKey(sandbox.Key);
        for (var round = 1; ; round++)
        {
            try
            {
                if (marketplaces.Ability<IShopRegistrar>(key) is not null)
                {
                    await opening.RegisterAllAsync(key, Partner(sandbox), OpenedBy, Evidence, cancellationToken);
                }
                else
                {
                    await LinkAllAsync(key, sandbox, cancellationToken);
                }

                return;
            }
            catch (MarketplaceException e) when (round < Rounds && e.Kind is not FailureKind.Rejected)
            {
                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private async Task LinkAllAsync(MarketplaceKey key, SandboxClient sandbox, CancellationToken cancellationToken)
    {
        foreach (var candidate in await accounts.CandidatesAsync(key, cancellationToken))
        {
            var shop = await sandbox.OpenShopAsync(candidate.Name, candidate.Phone!, cancellationToken);
            var login = new SellerLogin(shop.Username, new Secret(shop.Password), new Dictionary<string, string>());
            await opening.LinkAsync(key, candidate, shop.Id, login, OpenedBy, Evidence, cancellationToken);
        }
    }

    private static SellerLogin Partner(SandboxClient sandbox)
    {
        var application = sandbox.Platform.Application;
        var parameters = new Dictionary<string, string>();
        if (application.CustomerCode is { } code)
        {
            parameters["customerCode"] = code;
        }

        return new(application.Id, new Secret(application.Secret), parameters);
    }
}
