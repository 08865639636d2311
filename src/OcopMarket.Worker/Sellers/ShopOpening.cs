using Microsoft.Extensions.Logging;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>Opens or links shops for producers, as trade-promotion staff do. Doing it twice changes nothing: a phone that has a shop gets
/// that shop, and an account is kept once.</summary>
public sealed partial class ShopOpening(
    AccountStore accounts, CredentialStore credentials, ConnectStore connections, MarketplaceRegistry marketplaces, CallPacer pacer, ICatalogueChanged catalogue,
    CallWatch calls, TimeProvider time, ILogger<ShopOpening> log)
{
    /// <summary>Code of a login that was good and could not be kept.</summary>
    public const string ShopChanged = "shop_changed";

    private const string Origin = "shop opening";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>Through the operator's partner login, where the platform lets partners register shops. A producer without a known commune is
    /// left out: the platform asks for it, and we do not make one up.</summary>
    /// <returns>Shops registered or found.</returns>
    public async Task<int> RegisterAllAsync(
        MarketplaceKey key, SellerLogin partner, string openedBy, string mandateEvidence, CancellationToken cancellationToken)
    {
        var adapter = marketplaces.Adapter(key);
        if (adapter is not IShopRegistrar registrar || adapter is not ISellerSignIn signIn)
        {
            return 0;
        }

        var candidates = (await accounts.CandidatesAsync(key, cancellationToken)).Where(c => c is { CommuneCode: not null, Phone: not null }).ToList();
        if (candidates.Count == 0)
        {
            return 0;
        }

        var tokens = await calls.RunAsync(key.Value, CallKind.SignIn, () => signIn.SignInAsync(partner, cancellationToken));
        var credential = await credentials.SaveAsync(
            key, CredentialScope.PartnerLogin, partner, keepPassword: true, tokens, new Actor(openedBy, Origin), cancellationToken);
        var session = new SellerSession("", tokens.AccessToken);
        var place = new ShopRow { Marketplace = key.Value, CredentialId = credential };
        foreach (var candidate in candidates)
        {
            for (TimeSpan wait; (wait = await pacer.TakeAsync(place, CallKind.Register, _patience, cancellationToken)) > TimeSpan.Zero;)
            {
                await Task.Delay(wait, time, cancellationToken);
            }

            await RegisterAsync(registrar, session, candidate, New(key, candidate, "", credential, openedBy, mandateEvidence), cancellationToken);
        }

        await catalogue.PlanAsync(cancellationToken);
        return candidates.Count;
    }

    private async Task RegisterAsync(
        IShopRegistrar registrar, SellerSession session, ShopCandidate candidate, NewShop shop, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = new ShopToRegister(
                candidate.Name, candidate.Name, candidate.Phone!, candidate.ProvinceCode ?? "", candidate.CommuneCode!, candidate.Address);
            var registered = await calls.RunAsync(
                shop.Marketplace.Value, CallKind.Register, () => registrar.RegisterAsync(session, wanted, cancellationToken));
            await accounts.RegisterAsync(
                shop with { ExternalId = registered.ExternalShopId, State = registered.State, Evidence = registered.StateRaw }, cancellationToken);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected)
        {
            // One producer's data are not good enough for a shop there: his listings keep saying so, the others go on.
            LogNotRegistered(log, e, candidate.ProducerId);
        }
    }

    /// <summary>Links a shop that was opened elsewhere: its login is exchanged for tokens and forgotten.</summary>
    public async Task LinkAsync(
        MarketplaceKey key, ShopCandidate candidate, string externalId, SellerLogin login, string openedBy, string mandateEvidence,
        CancellationToken cancellationToken)
    {
        var signIn = marketplaces.Ability<ISellerSignIn>(key)
            ?? throw new InvalidOperationException($"{key.Value} has no login that could be exchanged for a token.");
        var tokens = await calls.RunAsync(key.Value, CallKind.SignIn, () => signIn.SignInAsync(login, cancellationToken));
        var credential = await credentials.SaveAsync(
            key, CredentialScope.ShopLogin, login with { User = externalId }, keepPassword: false, tokens, new Actor(openedBy, Origin), cancellationToken);
        await accounts.RegisterAsync(New(key, candidate, externalId, credential, openedBy, mandateEvidence), cancellationToken);
    }

    /// <summary>Gives a shop that is known by its id the login that its owner handed over: it is tried, exchanged for tokens and forgotten.</summary>
    /// <param name="attempt">What its owner began in the portal, ended together with it; null: given at the command line.</param>
    /// <exception cref="MarketplaceException">The login is refused, or belongs to another shop; nothing was kept.</exception>
    public async Task<SellerSession> ConnectAsync(
        ShopRow shop, SellerLogin login, Actor by, TakenAttempt? attempt, CancellationToken cancellationToken)
    {
        var (adapter, signIn) = (
            marketplaces.Keys.Contains(shop.Key) ? marketplaces.Adapter(shop.Key) : null,
            marketplaces.Keys.Contains(shop.Key) ? marketplaces.Ability<ISellerSignIn>(shop.Key) : null);
        if (adapter is not { Capabilities.Credential: CredentialScope.ShopLogin } || signIn is null)
        {
            throw new MarketplaceException(
                shop.Key, FailureKind.Misconfigured, "no_shop_login", "A shop of this marketplace has no login of its own that could be given here");
        }

        var tokens = await calls.RunAsync(shop.Marketplace, CallKind.SignIn, () => signIn.SignInAsync(login, cancellationToken));
        var session = new SellerSession(shop.ExternalId!, tokens.AccessToken);
        var check = await calls.RunAsync(shop.Marketplace, CallKind.CheckAccount, () => adapter.CheckAccountAsync(session, cancellationToken));
        if (check.Problem is { } problem)
        {
            throw new MarketplaceException(shop.Key, FailureKind.Rejected, problem.Code, problem.Message); // another shop than the list's, for example
        }

        return await connections.GiveAsync(shop, login.Parameters, tokens, by, attempt, cancellationToken)
            ? session
            : throw new MarketplaceException(
                shop.Key, FailureKind.Rejected, ShopChanged, "The account was erased or changed meanwhile, or another one holds this shop's login");
    }

    private NewShop New(
        MarketplaceKey key, ShopCandidate candidate, string externalId, long credential, string openedBy, string mandateEvidence) =>
        new(key, externalId, candidate.ProducerId, candidate.Name, null, credential, Core.Sellers.AccountState.Registered, "registered", openedBy)
        {
            MandateGivenOn = VietnamDay.Of(time.GetUtcNow()),
            MandateEvidence = mandateEvidence,
        };

    [LoggerMessage(1401, LogLevel.Warning, "Producer {ProducerId}: the platform refused to open a shop")]
    private static partial void LogNotRegistered(ILogger log, Exception exception, long producerId);
}
