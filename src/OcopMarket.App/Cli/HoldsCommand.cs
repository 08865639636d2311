using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;

namespace OcopMarket.App.Cli;

/// <summary><c>./run holds</c>: what the mass-change guard keeps back, side by side with what the shops have. Looks only.</summary>
internal static class HoldsCommand
{
    public static Command Create()
    {
        var lines = new Option<int>("--lines") { Description = "Items shown of each hold.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print {holds: [...]} as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("holds", """
            What waits for a person because it would change very much at once: a price many times dearer or cheaper than a week ago, very many
            items of one source out of stock in one pull, very many items of one shop to be taken down within an hour. The shops keep what they
            have until two people release the hold with ./run release, or the source takes the change back.

            JSON keys: holds[{id, kind, source, marketplace, shop, openedAt, total, items, proposedBy, proposedAt, proposedReason, approvedBy,
            lines[{listingId, marketplace, product, was, becomes}]}]; kind is price (VND), zero_stock (units) or stop; times are UTC.
            Exit codes: 0 done; 2 wrong arguments; 4 there is no installation or no database.
            Example: ./run holds --lines 50
            """)
        { lines, json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(data), parsed.GetValue(lines), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, int lines, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var (holds, of) = await GuardHolds.ListAsync(installation.Database.Worker, Math.Max(0, lines), cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(new
            {
                holds = holds.Select(h => new
                {
                    h.Id,
                    h.Kind,
                    h.Source,
                    h.Marketplace,
                    h.Shop,
                    h.OpenedAt,
                    h.Total,
                    h.Items,
                    h.ProposedBy,
                    h.ProposedAt,
                    h.ProposedReason,
                    h.ApprovedBy,
                    lines = of[h.Id].Select(l => new { l.ListingId, l.Marketplace, l.Product, l.Was, l.Becomes }),
                }),
            });
            return ExitCodes.Done;
        }

        if (holds.Count == 0)
        {
            await Console.Out.WriteLineAsync("Nothing is held.");
        }

        foreach (var hold in holds)
        {
            await Console.Out.WriteLineAsync(Head(hold));
            foreach (var line in of[hold.Id])
            {
                await Console.Out.WriteLineAsync(Line(hold.Kind, line));
            }
        }

        return ExitCodes.Done;
    }

    private static string Head(GuardHold hold)
    {
        var what = hold.Kind switch
        {
            "price" => "prices that leap",
            "zero_stock" => "items that run out at once",
            _ => "items to be taken down at once",
        };
        var where = hold.Source is { } source ? $"source {source}" : hold.Shop is { } shop ? $"{hold.Marketplace} shop {shop}" : "edits by hand";
        var of = hold.Total is { } total ? string.Create(CultureInfo.InvariantCulture, $" of {total}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"Hold {hold.Id}: {hold.Items}{of} {what}, {where}, since {hold.OpenedAt:u}")
            + (hold.ProposedBy is null ? "" : $"; proposed by {hold.ProposedBy}: {hold.ProposedReason}");
    }

    private static string Line(string kind, GuardHoldLine line) => string.Create(CultureInfo.InvariantCulture, $"  {line.Marketplace} {line.Product}")
        + (kind == "stop" ? "" : string.Create(CultureInfo.InvariantCulture, $": {line.Was:0} -> {line.Becomes:0}"));
}
