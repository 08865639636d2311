using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;

namespace OcopMarket.App.Cli;

/// <summary><c>./run undecided</c>: listings about which a person must decide. Looks only.</summary>
internal static class UndecidedCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print {listings: [...]} as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("undecided", """
            Listings that wait for a person's decision: the marketplace shows something else than what we want (./run keep ours|theirs), or the
            listing stopped the program several times and was set aside (./run replay).

            JSON keys: listings[{listingId, marketplace, product, code, field, desiredPrice, seenPrice, desiredStock, seenStock, seen, openedAt}];
            code is drift or quarantined, field is price (VND), stock (units) or state; times are UTC.
            Exit codes: 0 done; 2 wrong arguments; 4 there is no installation or no database.
            Example: ./run undecided --json
            """)
        { json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var listings = await StaffDecisions.WaitingAsync(installation.Database.Worker, cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(new { listings });
            return ExitCodes.Done;
        }

        if (listings.Count == 0)
        {
            await Console.Out.WriteLineAsync("Nothing waits for a decision.");
        }

        foreach (var listing in listings)
        {
            await Console.Out.WriteLineAsync(Line(listing));
        }

        return ExitCodes.Done;
    }

    private static string Line(UndecidedListing listing)
    {
        var what = (listing.Code, listing.Field) switch
        {
            ("quarantined", _) => "was set aside",
            (_, "price") => Difference("price", listing.DesiredPrice, listing.SeenPrice),
            (_, "stock") => Difference("stock", listing.DesiredStock, listing.SeenStock ?? 0),
            _ => $"is {listing.Seen} over there",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{listing.ListingId}: {listing.Marketplace} {listing.Product}: {what}, since {listing.OpenedAt:u}");
    }

    private static string Difference(string field, decimal? ours, decimal? theirs) =>
        string.Create(CultureInfo.InvariantCulture, $"{field} ours {ours:0}, theirs {theirs:0}");
}
