using System.Globalization;
using System.Text.Json;

namespace OcopMarket.App.Demo;

/// <summary>The report for people and for programs.</summary>
internal static class DemoTable
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Json(DemoReport report) => JsonSerializer.Serialize(report, _json);

    public static void Write(TextWriter output, DemoReport report)
    {
        var source = report.Source;
        Line(output, $"Rows {source.Rows}: accepted {source.Accepted}, unchanged {source.Unchanged}, repeated {source.Repeated}, rejected {source.Rejected.Count}");
        foreach (var row in source.Rejected)
        {
            Line(output, $"  row {row.Row} {row.Sheet}, {row.Column}: {row.Reason}");
        }

        Line(output, $"Catalogue: {report.Catalogue.Producers} producers, {report.Catalogue.Products} products, {report.Catalogue.Certifications} certifications");
        Section(output, "Shops", report.Accounts.Select(a => (a.Marketplace, a.State, a.Count)));
        Section(output, "Listings", report.Listings.Select(l => (l.Marketplace, l.State, l.Count)));
        Section(output, "Issues", report.Issues.Select(i => (i.Marketplace, $"{i.Code} ({i.Owner})", i.Count)));
        foreach (var sandbox in report.Sandbox)
        {
            Line(output, $"{sandbox.Marketplace} holds {sandbox.Items} items, {sandbox.Duplicates} duplicates, {sandbox.RateBreaches} rate breaches");
        }

        for (var i = 0; i < report.Repeats.Count; i++)
        {
            var pass = report.Repeats[i];
            Line(output, $"Pass {i + 1}: {pass.Accepted} accepted, {pass.Unchanged} unchanged, {pass.Writes} writes");
        }

        if (report.Expected is { } expected)
        {
            Line(output, $"Kept off as the sample says: {expected.NotLive}; stopped by the script: {expected.Scripted.Count}");
        }

        foreach (var fault in report.Faults)
        {
            Line(output, $"NOT RIGHT: {fault}");
        }

        Line(output, $"{(report.Settled ? "Settled" : "NOT settled")} after {report.Seconds} s, seed {report.Seed}");
    }

    private static void Section(TextWriter output, string title, IEnumerable<(string Marketplace, string What, long Count)> rows)
    {
        output.WriteLine(title);
        foreach (var (marketplace, what, count) in rows)
        {
            Line(output, $"  {marketplace,-10} {what,-40} {count,6}");
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
