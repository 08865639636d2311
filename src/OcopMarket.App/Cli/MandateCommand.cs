using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Sellers;

namespace OcopMarket.App.Cli;

/// <summary><c>./run mandate give, withdraw, list</c>: a producer's consent that his shop is acted for.</summary>
internal static class MandateCommand
{
    private const string Codes =
        "Exit codes: 0 done; 2 wrong arguments; 4 refused with the reason, or there is no installation or no database; nothing was changed.";

    public static Command Create() => new("mandate", "Producers' mandates: without one in force nothing is sent to a shop.") { Give(), Withdraw(), List() };

    internal static string Text(StoredMandate m) => string.Create(
        CultureInfo.InvariantCulture,
        $"{m.Standing}, {m.Producer} lets {m.ActBy} act from {m.GivenOn:yyyy-MM-dd} until {(m.Until is { } u ? u.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "further notice")}, text {m.TextVersion}, {m.Evidence}{(m.RevokedOn is { } day ? $"; withdrawn {day:yyyy-MM-dd} by {m.RevokedBy}: {m.RevokedReason}" : "")}");

    private static Command Give()
    {
        var account = AccountLookCommands.Account();
        var from = new Option<DateOnly?>("--from") { Description = "First day. Default: today." };
        var until = new Option<DateOnly?>("--until") { Description = "Last day. Default: until it is withdrawn." };
        var actBy = new Option<string>("--act-by") { Description = "Who may act on the shop.", DefaultValueFactory = _ => "operator" };
        var version = new Option<string>("--text-version") { Description = "Version of the text that was signed.", DefaultValueFactory = _ => "1" };
        var evidence = new Option<string>("--evidence") { Description = "Number or name of the signed form.", Required = true };
        var file = new Option<string?>("--file") { Description = "The signed form, PDF, JPEG or PNG, at most 20 MB. Never a picture of an identity card." };
        var producer = new Option<long?>("--producer") { Description = "Number of the producer, for a shop that serves several." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the mandate.", Required = true };
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("give", $"""
            Writes down a producer's dated consent that his shop is acted for: who may act, from and until when, the version of the text and the
            signed form, kept by its hash and only if it really is a PDF or a picture. What waited for it is sent with the next turn.

            {Codes}
            Example: ./run mandate give 41 --until 2027-12-31 --evidence "Phiếu số 12" --file phieu-12.pdf --by "Lan"
            """)
        { account, from, until, actBy, version, evidence, file, producer, by, data };
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async mandates =>
        {
            var path = parsed.GetValue(file);
            var isNew = await mandates.GiveAsync(
                new(parsed.GetValue(account), parsed.GetValue(producer), parsed.GetValue(actBy)!,
                    parsed.GetValue(from) ?? VietnamDay.Of(TimeProvider.System.GetUtcNow()), parsed.GetValue(until), parsed.GetValue(version)!,
                    parsed.GetValue(evidence)!, parsed.GetValue(by)!)
                {
                    File = path is null ? null : new(Path.GetFileName(path), await ReadAsync(path, cancellationToken)),
                },
                CommandActor.Of(parsed.GetValue(by)),
                cancellationToken);
            AccountLookCommands.Line($"{(isNew ? "The mandate is in the books." : "This mandate was there already; nothing was changed.")}");
        }, cancellationToken));
        return command;
    }

    private static Command Withdraw()
    {
        var account = AccountLookCommands.Account();
        var producer = new Option<long?>("--producer") { Description = "Only this producer's, for a shop that serves several." };
        var person = new PersonOptions();
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("withdraw", $"""
            Ends a shop's mandates from now on. Nothing more is sent to it, what was due rests, and its listings say why and who must act. A call
            that is under way comes to its end.

            {Codes}
            Example: ./run mandate withdraw 41 --by "Lan" --reason "the producer asked for it by telephone"
            """)
        { account, producer, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async mandates =>
        {
            var (by, reason) = person.Of(parsed);
            var ended = await mandates.WithdrawAsync(parsed.GetValue(account), parsed.GetValue(producer), CommandActor.Of(by), reason, cancellationToken);
            if (ended == 0)
            {
                throw new StartException("This shop has no mandate in force or to come; ./run mandate list shows them.");
            }

            AccountLookCommands.Line($"{ended} mandates withdrawn; nothing more is sent to the shop.");
        }, cancellationToken));
        return command;
    }

    private static Command List()
    {
        var account = new Option<long?>("--account") { Description = "Only of this account." };
        var after = new Option<long>("--after") { Description = "Go on behind this mandate." };
        var lines = new Option<int>("--lines") { Description = "Mandates shown, at most 10,000.", DefaultValueFactory = _ => 100 };
        var (json, data) = AccountLookCommands.Usual("Print {mandates: [...], next} as JSON on standard output.");
        var command = new Command("list", $$"""
            Mandates with their days, evidence and whether they are in force.

            JSON keys: mandates[{id, accountId, marketplace, shop, producer, actBy, givenOn, until, textVersion, evidence, evidenceSha256,
            recordedBy, revokedOn, revokedBy, revokedReason, standing}], next; standing is valid, coming, ended or withdrawn.
            {{Codes}}
            Example: ./run mandate list --account 41
            """)
        { account, after, lines, json, data };
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async mandates =>
        {
            var limit = Math.Clamp(parsed.GetValue(lines), 1, 10_000);
            var found = await mandates.ListAsync(parsed.GetValue(account), parsed.GetValue(after), limit, cancellationToken);
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new { mandates = found, next = found.Count == limit ? found[^1].Id : (long?)null });
                return;
            }

            found.ToList().ForEach(m => AccountLookCommands.Line($"{m.Id} {m.Marketplace} {m.Shop} (account {m.AccountId}): {Text(m)}"));
        }, cancellationToken));
        return command;
    }

    private static async Task<int> WithAsync(string? data, Func<MandateStore, Task> work, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await using var host = await AccountsCommand.HostAsync(installation, cancellationToken);
        try
        {
            await work(host.Services.GetRequiredService<MandateStore>());
            return ExitCodes.Done;
        }
        catch (MandateException e)
        {
            throw new StartException($"{e.ReasonVi} / {e.Message}");
        }
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // Longer than a mandate may be is not read to its end.
            await using var file = File.OpenRead(path);
            var content = new byte[Math.Min(file.Length, (20 << 20) + 1)];
            await file.ReadExactlyAsync(content, cancellationToken);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The evidence file cannot be read: {Path.GetFileName(path)}. Check its path and the right to read it.");
        }
    }
}
