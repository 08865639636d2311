using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Sources;
using OcopMarket.Sources.Accounts;
using OcopMarket.Sources.Export;

namespace OcopMarket.Worker.Sellers;

public sealed record AccountListRequest(string Path, string By)
{
    /// <summary>Of rows that name none; null: they are refused.</summary>
    public string? Marketplace { get; init; }
    public bool DryRun { get; init; }

    /// <summary>Where the refused rows go, as CSV to be mended and imported again; null: nowhere.</summary>
    public string? RejectedFile { get; init; }
    public SourceLimits Limits { get; init; } = new();
}

/// <summary>Lists of seller accounts from files into the database.</summary>
public sealed class AccountLists(AccountImport import, AccountCounts counts, MarketplaceRegistry marketplaces)
{
    /// <exception cref="SourceException">The file as a whole is unusable; nothing was applied.</exception>
    /// <exception cref="AccountsBusyException">Somebody opened one of these shops meanwhile; nothing was applied.</exception>
    public async Task<AccountImportResult> ImportAsync(AccountListRequest request, CancellationToken cancellationToken)
    {
        var list = new AccountList(request.Path, Names(marketplaces), request.Marketplace, request.Limits);
        var result = await import.RunAsync(
            list.Pages(cancellationToken), new(Path.GetFileName(request.Path), request.By, request.DryRun), cancellationToken);
        if (request.RejectedFile is { } file && result.Problems.Count > 0)
        {
            await WriteRejectedAsync(list, result.Problems, file, cancellationToken);
        }

        return result;
    }

    /// <exception cref="SourceException">The file as a whole is unusable; nothing was applied.</exception>
    public Task<AccountCountResult> ImportCountsAsync(string path, string by, bool dryRun, CancellationToken cancellationToken) =>
        counts.ImportAsync(CountList.Read(path, Names(marketplaces), cancellationToken), by, dryRun, cancellationToken);

    /// <summary>Folded names and other names of every marketplace -> key.</summary>
    public static IReadOnlyDictionary<string, string> Names(MarketplaceRegistry marketplaces)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in marketplaces.Keys)
        {
            var profile = marketplaces.Profile(key);
            foreach (var name in profile.Aliases.Append(profile.Name).Append(key.Value).Append(key.Value + ".vn"))
            {
                names.TryAdd(VietnameseText.Fold(name), key.Value);
            }
        }

        return names;
    }

    /// <summary>As the rows stood in the file, and behind them what is wrong.</summary>
    private static async Task WriteRejectedAsync(
        AccountList list, IReadOnlyList<LineProblem> problems, string file, CancellationToken cancellationToken)
    {
        var of = problems.ToDictionary(p => p.Seq);
        string[] heading = [];
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var (seq, cells) in list.Original(of.Keys.ToHashSet(), cancellationToken))
        {
            if (seq == 0)
            {
                heading = [.. cells, "Dòng", "Cột sai", "Mã lỗi", "Lý do", "Reason"];
                continue;
            }

            rows.Add([.. cells, of[seq].Row, of[seq].Column, of[seq].Code, of[seq].ReasonVi, of[seq].ReasonEn]);
        }

        await using var output = File.Create(file);
        TableExport.Write(output, isWorkbook: false, heading, rows);
    }
}
