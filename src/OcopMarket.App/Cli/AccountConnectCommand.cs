using System.CommandLine;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.App.Cli;

/// <summary><c>./run accounts connect</c>: the login of one shop, on platforms on which every shop has its own.</summary>
internal static class AccountConnectCommand
{
    public static Command Create()
    {
        var id = new Argument<long>("account") { Description = "Number of the account, as ./run accounts list shows it." };
        var login = new Option<string>("--login") { Description = "User name of the shop; on WooCommerce the consumer key, ck_...", Required = true };
        var file = new Option<string?>("--secret-file") { Description = "File that holds the password or the consumer secret. Default: standard input." };
        var address = new Option<string?>("--address") { Description = "Where the shop is, where every shop has an address. Default: https:// and the shop's id." };
        var webhooks = new Option<bool>("--webhooks") { Description = "Ask the shop to tell of changes, at Web:PublicUrl." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept in the audit.", DefaultValueFactory = _ => Environment.UserName };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("connect", """
            Connects one shop of the list with the login that its owner gave: it is tried once, and what the platform gives for it is sealed; a
            password is not kept. On WooCommerce the owner makes the key (WooCommerce, Settings, Advanced, REST API, read/write) and the shop's id
            in the list is its address without https://. Only public https addresses are called. Doing it again replaces the login, and
            brings back a shop that was removed.

            Exit codes: 0 done; 2 wrong arguments; 4 there is no such account, the login or the address is refused, the shop does not answer, no
                installation or no database.
            Example: ./run accounts connect 41 --login ck_0a1b2c --secret-file shop.key
            """)
        { id, login, file, address, webhooks, by, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
            var number = parsed.GetValue(id);
            var shop = await host.Services.GetRequiredService<AccountStore>().FindAsync(number, cancellationToken)
                ?? throw new StartException($"There is no account {number}; see ./run accounts list.");
            var secret = await SecretInput.ReadAsync(parsed.GetValue(file), cancellationToken);
            if (secret.IsEmpty || shop.ExternalId is not { } external)
            {
                throw new StartException(secret.IsEmpty
                    ? "The secret is empty; put it alone into a file for --secret-file."
                    : $"Account {number} is only planned; import the shop's id first.");
            }

            var given = new SellerLogin(
                parsed.GetValue(login)!, secret,
                new Dictionary<string, string> { ["url"] = parsed.GetValue(address) ?? $"https://{external}" });
            var hooks = parsed.GetValue(webhooks) ? Hooks(installation.Settings, shop) : null;
            await ConnectAsync(host.Services, shop, given, parsed.GetValue(by)!, hooks, cancellationToken);
            AccountLookCommands.Line($"{shop.Marketplace} {external} is connected. Delete the file that held its secret; ./run accounts check {number} asks the shop.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Uri Hooks(IConfiguration settings, ShopRow shop) =>
        Uri.TryCreate(settings["Web:PublicUrl"], UriKind.Absolute, out var url)
            ? new(url, $"/webhooks/{shop.Marketplace}")
            : throw new StartException("Web:PublicUrl is not set, so a shop cannot be told where to send its webhooks.");

    private static async Task ConnectAsync(
        IServiceProvider services, ShopRow shop, SellerLogin login, string by, Uri? hooks, CancellationToken cancellationToken)
    {
        var marketplaces = services.GetRequiredService<MarketplaceRegistry>();
        try
        {
            var session = await services.GetRequiredService<ShopOpening>().ConnectAsync(shop, login, CommandActor.Of(by), null, cancellationToken);
            if (hooks is not null && marketplaces.Ability<IWebhookSubscriber>(shop.Key) is { } subscriber)
            {
                await subscriber.SubscribeAsync(session, hooks, cancellationToken);
            }
        }
        catch (MarketplaceException e)
        {
            var match = marketplaces.Errors(shop.Key).Find(e.PlatformCode, null);
            throw new StartException(match.Known ? $"{match.Text("en")} / {match.Text("vi")}" : $"{shop.Marketplace} {shop.ExternalId}: {e.PlatformCode}, {e.Detail.TrimEnd('.')}.");
        }
    }
}
