using System.CommandLine;
using OcopMarket.App.Hosting;
using OcopMarket.Core.People;
using OcopMarket.Data.Sellers;

namespace OcopMarket.App.Cli;

/// <summary><c>./run accounts disconnect, remove, keep</c>: our right to act for a shop ends, or the shop goes out of use altogether.</summary>
internal static class LeaveCommands
{
    private const string Standing =
        "standing[{listing, externalId, sellerSku, product, url, state, seen, seenAt}] (what may still be on sale there)";

    public static Command Disconnect()
    {
        var id = AccountLookCommands.Account();
        var person = new PersonOptions();
        var (json, data) = AccountLookCommands.Usual("Print {id, disconnected} as JSON on standard output.");
        var command = new Command("disconnect", """
            Erases a shop's own tokens at once, as the button on its page does. Nothing is sent to it until its owner connects it again, and its
            listings say so. What is on sale there stays on sale: ./run accounts remove takes it off first.

            JSON keys: id, disconnected.
            Exit codes: 0 done; 2 wrong arguments; 4 there is no such account, it has no login of its own (one that the operator's login acts for is
                ended by ./run mandate withdraw or ./run accounts remove), or there is no installation or no database; nothing was changed.
            Example: ./run accounts disconnect 41 --by "Lan" --reason "the producer asked for it by telephone"
            """)
        { id, json, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async services =>
        {
            var (number, (by, reason)) = (parsed.GetValue(id), person.Of(parsed));
            var shop = await services.GetRequiredService<AccountStore>().FindAsync(number, cancellationToken) ?? throw AccountLookCommands.None(number);
            if (!await services.GetRequiredService<ConnectStore>().DisconnectAsync(shop, CommandActor.Of(by), reason, cancellationToken))
            {
                throw new StartException(FormattableString.Invariant(
                    $"Account {number} has no login of its own; ./run mandate withdraw ends our right to act for it, ./run accounts remove takes it out of use."));
            }

            await WriteAsync(
                parsed.GetValue(json), new { id = number, disconnected = true },
                $"Account {number} is disconnected; nothing is sent to it until its owner connects it again.");
            return ExitCodes.Done;
        }, cancellationToken));
        return command;
    }

    public static Command Remove()
    {
        var id = AccountLookCommands.Account();
        var byHand = new Option<bool>("--by-hand")
        {
            Description = "You looked into the shop, and nothing of ours is on sale there any more. For a shop that we may not act for.",
        };
        var person = new PersonOptions();
        var (json, data) = AccountLookCommands.Usual("Print {id, open, standing} as JSON on standard output.");
        var command = new Command("remove", $$"""
            Takes a shop out of use: nothing more is put on sale there, the workers hide what is, and when a later reading says of every item that it
            is away, the shop's login is erased. Items that never were on sale are deleted. Where we may not act in the shop any more (no mandate,
            no login, refused or locked) its items are named, a person takes them off sale, and says so with --by-hand.

            JSON keys: id, open (whether the workers may act there), {{Standing}}.
            Exit codes: 0 nothing is on sale there, or the workers take it off (./run accounts show says how far they are); 1 somebody must take off the
                named items by hand; 2 wrong arguments; 4 there is no such account, --by-hand for a shop that we can read ourselves, no
                installation or no database.
            Example: ./run accounts remove 41 --by "Lan" --reason "the cooperative has been dissolved"
            """)
        { id, byHand, json, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async services =>
        {
            var (number, (by, reason)) = (parsed.GetValue(id), person.Of(parsed));
            var leaves = services.GetRequiredService<ShopLeaves>();
            var shop = await leaves.FindAsync(number, cancellationToken) ?? throw AccountLookCommands.None(number);
            var actor = CommandActor.Of(by);
            await leaves.BeginAsync(shop, actor, reason, cancellationToken);
            if (parsed.GetValue(byHand))
            {
                await SeenAwayAsync(leaves, shop, actor, cancellationToken);
            }

            while (await leaves.RunAsync(cancellationToken) > 0)
            {
            }

            var items = await leaves.ItemsAsync(number, cancellationToken);
            await WriteAsync(parsed.GetValue(json), new { id = number, open = shop.IsOpen, standing = items }, Said(shop, items.Count));
            if (!parsed.GetValue(json))
            {
                Write(items);
            }

            return items.Count > 0 && !shop.IsOpen ? ExitCodes.NotReached : ExitCodes.Done;
        }, cancellationToken));
        return command;
    }

    public static Command Keep()
    {
        var id = AccountLookCommands.Account();
        var person = new PersonOptions();
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("keep", """
            Takes ./run accounts remove back while the shop still leaves: what was on sale there is put on sale again with the next plan. A shop that
            has left is connected again instead.

            Exit codes: 0 done; 2 wrong arguments; 4 there is no such account, it does not leave or has left, no installation or no database.
            Example: ./run accounts keep 41 --by "Lan" --reason "it was the wrong shop, said Minh"
            """)
        { id, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async services =>
        {
            var (number, (by, reason)) = (parsed.GetValue(id), person.Of(parsed));
            var leaves = services.GetRequiredService<ShopLeaves>();
            var shop = await leaves.FindAsync(number, cancellationToken) ?? throw AccountLookCommands.None(number);
            if (!await leaves.KeepAsync(shop, CommandActor.Of(by), reason, cancellationToken))
            {
                throw new StartException(FormattableString.Invariant(
                    $"Account {number} {(shop.LeftAt is null ? "does not leave" : "has left; its owner connects it again on its page")}."));
            }

            AccountLookCommands.Line($"Account {number} stays; what is wanted there is put on sale again.");
            return ExitCodes.Done;
        }, cancellationToken));
        return command;
    }

    internal static void Write(IReadOnlyList<StandingItem> items)
    {
        foreach (var item in items)
        {
            AccountLookCommands.Line($"  {item.State}: {item.Product}, item {item.ExternalId ?? item.SellerSku} {item.Url}");
        }
    }

    internal static async Task<int> WithAsync(string? data, Func<IServiceProvider, Task<int>> work, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
        return await work(host.Services);
    }

    private static async Task SeenAwayAsync(ShopLeaves leaves, LeavingShop shop, Actor by, CancellationToken cancellationToken)
    {
        if (shop.IsOpen)
        {
            throw new StartException(FormattableString.Invariant(
                $"Account {shop.Id} can be read by us, so the workers see for themselves whether its items are away; leave out --by-hand."));
        }

        await leaves.RunAsync(cancellationToken);
        await leaves.SeenAwayAsync(shop, by, cancellationToken);
    }

    private static FormattableString Said(LeavingShop shop, int items) =>
        items == 0 ? $"Account {shop.Id} leaves; nothing of it is on sale."
        : shop.IsOpen ? (FormattableString)$"Account {shop.Id} leaves; the workers take {items} items off sale, and ./run accounts show {shop.Id} says how far they are."
        : $"Account {shop.Id} leaves, but we may not act in this shop. Take these {items} items off sale by hand, then say so with --by-hand:";

    private static async Task WriteAsync(bool json, object result, FormattableString text)
    {
        if (json)
        {
            await JsonOutput.WriteAsync(result);
            return;
        }

        AccountLookCommands.Line(text);
    }
}
