using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using OcopMarket.Sources;
using OcopMarket.Sources.Export;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.App.Cli;

/// <summary>The result of a pull. Rows = accepted + unchanged + repeated + rejected.</summary>
/// <param name="Failure">Null: all is well. Otherwise the list was held and nothing was applied.</param>
internal sealed record PullReport(
    string Source, string File, bool DryRun, long? Run, bool Resumed, int Rows, int Accepted, int Unchanged, int Repeated, int Rejected,
    int Warnings, int Gone, string? Failure, IReadOnlyList<PullRejection> RejectedRows)
{
    /// <summary>The rows of the whole run, also those that an earlier, killed process rejected.</summary>
    private const string Rejections = """
        SELECT row_no AS row, sheet, column_name AS column, code, reason_en AS reason, reason_vi, raw::text AS raw
        FROM source_rejected WHERE run_id = @run AND severity = 'rejected' ORDER BY sheet NULLS FIRST, row_no
        """;

    public static async Task<PullReport> OfAsync(
        PullResult result, SourceSettings settings, NpgsqlDataSource database, CancellationToken cancellationToken) => new(
            settings.Key, settings.Path, result.DryRun, result.RunId, result.Resumed, result.Rows, result.Accepted, result.Unchanged,
            result.Repeated, result.Rejected, result.Warnings, result.Gone, result.FailureCode,
            result.RunId is { } run
                ? await RejectionsAsync(run, database, cancellationToken)
                : [.. result.RejectedRows.Select(r => new PullRejection
                {
                    Row = r.Position.Row, Sheet = r.Position.Sheet, Column = r.Column, Code = r.Code, Reason = r.ReasonEn, ReasonVi = r.ReasonVi,
                    Cells = r.Raw,
                })]);

    private static async Task<IReadOnlyList<PullRejection>> RejectionsAsync(
        long run, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<PullRejection>(new CommandDefinition(Rejections, new { run }, cancellationToken: cancellationToken))];
    }
}

internal sealed record PullRejection
{
    public int Row { get; init; }
    public string? Sheet { get; init; }
    public string Column { get; init; } = "";
    public string Code { get; init; } = "";
    public string Reason { get; init; } = "";
    public string ReasonVi { get; init; } = "";

    /// <summary>The row as read, heading and text, in the list's order where it is known; for the file of rejected rows.</summary>
    [JsonIgnore]
    public IReadOnlyList<KeyValuePair<string, string>> Cells { get; init; } = [];

    /// <summary>The same as it is stored.</summary>
    [JsonIgnore]
    public string Raw
    {
        get => "{}";
        init => Cells = [.. JsonSerializer.Deserialize<Dictionary<string, string>>(value) ?? []];
    }
}

/// <summary>The rows that were not taken, with the reason behind each: to be mended in a spreadsheet program and pulled again.</summary>
internal static class RejectedFile
{
    private static readonly string[] _reasons = ["Lỗi ở dòng", "Lỗi ở trang", "Lỗi ở cột", "Mã lỗi", "Lý do"];

    public static void Write(string path, IReadOnlyList<PullRejection> rejected)
    {
        string[] columns = [.. rejected.SelectMany(r => r.Cells).Select(c => c.Key).Distinct(StringComparer.Ordinal)];
        using var file = File.Create(path);
        TableExport.Write(file, path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase), [.. columns, .. _reasons], rejected.Select(r => Row(columns, r)));
    }

    private static IReadOnlyList<object?> Row(string[] columns, PullRejection row)
    {
        var cells = row.Cells.GroupBy(c => c.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.Ordinal);
        return [.. columns.Select(c => cells.GetValueOrDefault(c)), row.Row, row.Sheet, row.Column, row.Code, row.ReasonVi];
    }
}

/// <summary>The result on standard output; a list that was held also as a sentence on standard error.</summary>
internal static class PullReportText
{
    public static async Task WriteAsync(PullReport report, bool json)
    {
        if (json)
        {
            await JsonOutput.WriteAsync(report);
        }
        else
        {
            Table(Console.Out, report);
        }

        if (report.Failure is not null)
        {
            await Console.Error.WriteLineAsync(
                $"The list of {report.Source} has lost so many rows that it is held and nothing was applied; check it, then pull again with --accept-shrink.");
        }
    }

    private static void Table(TextWriter output, PullReport report)
    {
        Line(output, $"Source {report.Source}, {Path.GetFileName(report.File)}{(report.DryRun ? " (dry run: nothing was changed)" : "")}");
        Line(output, $"  Rows       {report.Rows,9}{(report.Resumed ? "  (goes on with a run that was interrupted)" : "")}");
        Line(output, $"  Accepted   {report.Accepted,9}");
        Line(output, $"  Unchanged  {report.Unchanged,9}");
        Line(output, $"  Repeated   {report.Repeated,9}");
        Line(output, $"  Rejected   {report.Rejected,9}");
        Line(output, $"  Warnings   {report.Warnings,9}");
        Line(output, $"  Gone       {report.Gone,9}");
        foreach (var row in report.RejectedRows)
        {
            Line(output, $"  row {row.Row}{(row.Sheet is null ? "" : $" of {row.Sheet}")}, {row.Column}: {row.Reason}");
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
