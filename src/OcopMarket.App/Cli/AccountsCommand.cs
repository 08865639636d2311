using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.App.Cli;

/// <summary><c>./run accounts</c>: seller accounts, in bulk and one by one.</summary>
internal static class AccountsCommand
{
    private const int Shown = 20;

    public static Command Create() => new("accounts", "Seller accounts on marketplaces: import lists of them, look at them, connect one, ask a platform about one.")
    {
        Import(),
        AccountLookCommands.List(),
        AccountLookCommands.Show(),
        AccountLookCommands.Check(),
        AccountConnectCommand.Create(),
        AccountLookCommands.Counts(),
        LeaveCommands.Disconnect(),
        LeaveCommands.Remove(),
        LeaveCommands.Keep(),
    };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "A .csv or .xlsx list with one row a shop." };
        var marketplace = new Option<string?>("--marketplace") { Description = "Marketplace of rows that name none." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change and change nothing." };
        var strict = new Option<bool>("--strict") { Description = "End with 3 when rows were rejected; good rows are taken all the same." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with what the list changes.", DefaultValueFactory = _ => "list" };
        var rejected = new Option<string?>("--rejected") { Description = "Where the rejected rows go. Default: FILE.rejected.csv beside the list." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON, alone on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("import", """
            Takes in a list of seller accounts. Columns, in any order, in Vietnamese (marks optional) or English: Sàn, Mã chủ thể or Tên chủ thể
            with Xã/Huyện/Tỉnh, Mã gian hàng, Tên gian hàng, Đường dẫn, Trạng thái, Người mở, Liên hệ, Ngày mở, Ngày ủy quyền, Ủy quyền đến, Căn
            cứ ủy quyền. A row whose name is no producer of the catalogue is kept as a household with its unit. Bad rows are reported and left
            out, a shop that belongs to another producer stays his; the same list twice changes nothing; a cut file changes nothing.

            Rows are the sum of added, changed, unchanged, repeated and rejected. JSON keys: file, dryRun, rows, added, changed, unchanged,
            repeated, rejected, linked, unlinked, mandates, rejectedFile, rejectedRows[{row, column, code, reason, reasonVi}] (the first 1,000).
            Exit codes: 0 done; 2 wrong arguments; 3 --strict and rows were rejected; 4 the file or the database is unusable, nothing applied.
            Example: ./run accounts import gian-hang.xlsx --marketplace postmart --dry-run
            """)
        { file, marketplace, dryRun, strict, by, rejected, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            var isDry = parsed.GetValue(dryRun);
            await using var installation = await Installation.OpenExistingAsync(AppHome.At(parsed.GetValue(data)), cancellationToken);
            await using var host = await HostAsync(installation, cancellationToken);
            var wanted = parsed.GetValue(marketplace);
            var keys = host.Services.GetRequiredService<MarketplaceRegistry>().Keys.Select(k => k.Value).ToList();
            if (wanted is not null && !keys.Contains(wanted))
            {
                throw new StartException($"There is no marketplace '{wanted}'. Known: {string.Join(", ", keys)}.", ExitCodes.Usage);
            }

            var rejectedFile = parsed.GetValue(rejected) ?? path + ".rejected.csv";
            AccountImportResult result;
            try
            {
                result = await host.Services.GetRequiredService<AccountLists>().ImportAsync(
                    new(path, parsed.GetValue(by)!) { Marketplace = wanted, DryRun = isDry, RejectedFile = rejectedFile }, cancellationToken);
            }
            catch (AccountsBusyException e)
            {
                throw new StartException(e.Message);
            }

            await WriteAsync(result, path, isDry, rejectedFile, parsed.GetValue(json));
            return parsed.GetValue(strict) && result.Problems.Count > 0 ? ExitCodes.RowsRejected : ExitCodes.Done;
        });
        return command;
    }

    internal static Task<WebApplication> HostAsync(Installation installation, CancellationToken cancellationToken) => OcopHost.BuildAsync(
        new HostRequest(Roles.None, 0, installation.Home, installation.Settings, installation.Database), cancellationToken);

    private static async Task WriteAsync(AccountImportResult result, string path, bool dryRun, string rejectedFile, bool json)
    {
        var rejected = result.Problems.Count;
        if (json)
        {
            await JsonOutput.WriteAsync(new
            {
                file = path,
                dryRun,
                result.Rows,
                result.Added,
                result.Changed,
                result.Unchanged,
                result.Repeated,
                rejected,
                result.Linked,
                result.Unlinked,
                result.Mandates,
                rejectedFile = rejected > 0 ? rejectedFile : null,
                rejectedRows = result.Problems.Take(1000).Select(p => new { p.Row, p.Column, p.Code, reason = p.ReasonEn, p.ReasonVi }),
            });
            return;
        }

        var output = Console.Out;
        Line(output, $"List {Path.GetFileName(path)}{(dryRun ? " (dry run: nothing was changed)" : "")}");
        Line(output, $"  Rows       {result.Rows,9}");
        Line(output, $"  Added      {result.Added,9}");
        Line(output, $"  Changed    {result.Changed,9}");
        Line(output, $"  Unchanged  {result.Unchanged,9}");
        Line(output, $"  Repeated   {result.Repeated,9}");
        Line(output, $"  Rejected   {rejected,9}");
        Line(output, $"  Mandates   {result.Mandates,9}");
        Line(output, $"  {result.Linked} belong to producers of the catalogue, {result.Unlinked} to households outside it.");
        foreach (var problem in result.Problems.Take(Shown))
        {
            Line(output, $"  row {problem.Row}, {problem.Column}: {problem.ReasonEn} / {problem.ReasonVi}");
        }

        if (rejected > 0)
        {
            Line(output, $"  {(rejected > Shown ? $"{rejected - Shown} more; all" : "All")} of them, to be mended and imported again: {rejectedFile}");
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
