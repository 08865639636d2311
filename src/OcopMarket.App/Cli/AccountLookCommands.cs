using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.App.Cli;

/// <summary><c>./run accounts list, show, check, counts</c>.</summary>
internal static class AccountLookCommands
{
    private const string Codes = "Exit codes: 0 done; 2 wrong arguments; 4 there is no such account, no installation or no database.";

    public static Command List()
    {
        var marketplace = new Option<string?>("--marketplace") { Description = "Only of this marketplace." };
        var state = new Option<string?>("--state") { Description = $"Only in this state: {string.Join(", ", Words.All<AccountState>())}." };
        state.AcceptOnlyFromAmong([.. Words.All<AccountState>()]);
        var unit = new Option<string?>("--unit") { Description = "Only of this administrative unit's code, and of the communes within a province." };
        var after = new Option<long>("--after") { Description = "Go on behind this account." };
        var lines = new Option<int>("--lines") { Description = "Accounts shown, at most 10,000.", DefaultValueFactory = _ => 50 };
        var (json, data) = Usual("Print {accounts: [...], states: [...], counted: [...], next} as JSON on standard output.");
        var command = new Command("list", $$"""
            Seller accounts one by one with their state, and how many there are. Households of which a report gives only the number stand beside
            them as "counted"; the two are never added.

            JSON keys: accounts[{id, marketplace, externalId, shopName, producer, ownerName, unitCode, url, state, stateAt, stateEvidence,
            openedBy, openedOn, contactChannel, verifiedAt, problemCode, problemRaw, connected, leavingAt, leftAt}], states[{marketplace, state, count}],
            counted[{marketplace, unitCode, unit, asOf, count, source, mark, listed}], next; times are UTC.
            {{Codes}}
            Example: ./run accounts list --marketplace postmart --state suspended
            """)
        { marketplace, state, unit, after, lines, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            var looks = new AccountLooks(installation.Database.Worker);
            var limit = Math.Clamp(parsed.GetValue(lines), 1, 10_000);
            var accounts = await looks.ListAsync(
                new(parsed.GetValue(marketplace), parsed.GetValue(state), parsed.GetValue(unit), parsed.GetValue(after), limit), cancellationToken);
            var states = await looks.CountAsync(cancellationToken);
            var counted = await new AccountCounts(installation.Database.Worker).ListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new { accounts, states, counted, next = accounts.Count == limit ? accounts[^1].Id : (long?)null });
                return ExitCodes.Done;
            }

            foreach (var a in accounts)
            {
                Line($"{a.Id} {a.Marketplace} {a.ExternalId ?? "-"} {a.State}: {a.ShopName}{(a.Producer is null ? "" : $", {a.Producer}")}");
            }

            states.ToList().ForEach(s => Line($"Listed: {s.Marketplace} {s.State} {s.Count}"));
            counted.ToList().ForEach(c => Line(
                $"Counted: {c.Marketplace} {c.Unit ?? c.UnitCode} {c.AsOf:yyyy-MM-dd} {c.Count} households ({c.Source}, {c.Mark}); listed there: {c.Listed}"));
            return ExitCodes.Done;
        });
        return command;
    }

    public static Command Show()
    {
        var id = Account();
        var (json, data) = Usual("Print {account, events, mandates, standing} as JSON on standard output.");
        var command = new Command("show", $$"""
            One seller account: state, since when and by which evidence, who opened it, how its owner is reached, its history and its mandates.

            JSON keys: account{as in list}, events[{at, state, evidence, toldBy, raw}], mandates[{as in ./run mandate list}], standing[{as in ./run
            accounts remove}] of a shop that leaves; times are UTC.
            {{Codes}}
            Example: ./run accounts show 41 --json
            """)
        { id, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
            var number = parsed.GetValue(id);
            var (account, events) = await new AccountLooks(installation.Database.Worker).ShowAsync(number, cancellationToken) ?? throw None(number);
            var mandates = await host.Services.GetRequiredService<MandateStore>().ListAsync(number, 0, 1000, cancellationToken);
            IReadOnlyList<StandingItem> standing = account.LeavingAt is not null && account.LeftAt is null
                ? await host.Services.GetRequiredService<ShopLeaves>().ItemsAsync(number, cancellationToken)
                : [];
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new { account, events, mandates, standing });
                return ExitCodes.Done;
            }

            Line($"Account {account.Id}: {account.ShopName}, {account.Marketplace} {account.ExternalId ?? "(planned)"} {account.Url}");
            Line($"  {account.State} since {account.StateAt:u}, by {account.StateEvidence}; opened by {account.OpenedBy} {account.OpenedOn:yyyy-MM-dd}");
            Line($"  {(account.VerifiedAt is { } at ? $"the platform said so last {at:u}" : "the platform never said so")}; contact {account.ContactChannel ?? "-"}");
            if (account.LeavingAt is { } since)
            {
                Line($"  {(account.LeftAt is { } left ? $"out of use since {left:u}" : $"leaves since {since:u}; {standing.Count} items may still be on sale")}");
                LeaveCommands.Write(standing);
            }

            events.ToList().ForEach(e => Line($"  {e.At:u} {e.State}: {e.Evidence} ({e.ToldBy})"));
            mandates.ToList().ForEach(m => Line($"  mandate {m.Id}: {MandateCommand.Text(m)}"));
            return ExitCodes.Done;
        });
        return command;
    }

    public static Command Check()
    {
        var id = Account();
        var (json, data) = Usual("Print {id, code, state, raw, vi, en} as JSON on standard output.");
        var command = new Command("check", $$"""
            Asks the platform about one account now, keeps what it says, and tells in Vietnamese and English what is wrong and what to do. A
            platform that says nothing within 4 s is told as such, and what was known stays.

            JSON keys: id, code, state, raw (the platform's own words), vi, en.
            Exit codes: 0 the shop works; 1 something is wrong or the platform did not say; 2 wrong arguments; 4 there is no such account, no
                installation or no database.
            Example: ./run accounts check 41
            """)
        { id, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
            var number = parsed.GetValue(id);
            var outcome = await host.Services.GetRequiredService<AccountChecks>().AskAsync(number, cancellationToken) ?? throw None(number);
            var shop = await host.Services.GetRequiredService<AccountStore>().FindAsync(number, cancellationToken);
            var (marketplaces, key) = (host.Services.GetRequiredService<MarketplaceRegistry>(), new MarketplaceKey(shop!.Marketplace));
            var advice = CheckAdvice.Of(outcome, marketplaces.Keys.Contains(key) ? marketplaces.Errors(key) : null);
            var state = outcome.State is { } told ? Words.Of(told) : null;
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new { id = number, outcome.Code, state, outcome.Raw, advice.Vi, advice.En });
            }
            else
            {
                Line($"{shop.Marketplace} {shop.ExternalId ?? "-"}: {state ?? outcome.Code}");
                Line($"  {advice.Vi}");
                Line($"  {advice.En}");
            }

            return outcome is { State: AccountState.Active, Code: "active" } ? ExitCodes.Done : ExitCodes.NotReached;
        });
        return command;
    }

    public static Command Counts()
    {
        var file = new Argument<string>("file") { Description = "A .csv or .xlsx list with one row for each marketplace, unit and day." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the numbers.", DefaultValueFactory = _ => "list" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change and change nothing." };
        var (json, data) = Usual("Print the result as JSON, alone on standard output.");
        var command = new Command("counts", """
            Takes in how many households have an account, where a report gives nothing but the number. Columns: Sàn, Mã đơn vị, Ngày, Số hộ, Nguồn,
            Mức tin cậy (có văn bản or tạm tính). The same file twice changes nothing; a bad row is named and stops no other.

            JSON keys: file, dryRun, rows, added, changed, unchanged, rejected, rejectedRows[{row, column, code, reason, reasonVi}].
            Exit codes: 0 done; 2 wrong arguments; 4 the file or the database is unusable, nothing applied.
            Example: ./run accounts counts bao-cao-ho.csv --by "Lan"
            """)
        { file, by, dryRun, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            var isDry = parsed.GetValue(dryRun);
            var result = await host.Services.GetRequiredService<AccountLists>().ImportCountsAsync(path, parsed.GetValue(by)!, isDry, cancellationToken);
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new
                {
                    file = path,
                    dryRun = isDry,
                    result.Rows,
                    result.Added,
                    result.Changed,
                    result.Unchanged,
                    rejected = result.Problems.Count,
                    rejectedRows = result.Problems.Select(p => new { p.Row, p.Column, p.Code, reason = p.ReasonEn, p.ReasonVi }),
                });
                return ExitCodes.Done;
            }

            Line($"{result.Rows} rows: {result.Added} added, {result.Changed} changed, {result.Unchanged} unchanged, {result.Problems.Count} rejected");
            result.Problems.ToList().ForEach(p => Line($"  row {p.Row}, {p.Column}: {p.ReasonEn} / {p.ReasonVi}"));
            return ExitCodes.Done;
        });
        return command;
    }

    internal static Argument<long> Account() => new("account") { Description = "Number of the account, from ./run accounts list." };

    internal static (Option<bool> Json, Option<string?> Data) Usual(string json) => (
        new("--json") { Description = json }, new("--data") { Description = "Folder of the installation. Default: data beside ./run." });

    internal static void Line(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    internal static StartException None(long id) =>
        new(string.Create(CultureInfo.InvariantCulture, $"There is no account {id}; ./run accounts list shows them."));
}
