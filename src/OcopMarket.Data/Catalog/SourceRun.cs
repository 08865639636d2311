using System.Data;
using Dapper;
using Npgsql;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>A run in our hands. Holding it means holding a lock that ends with this process: a killed one is noticed at once.</summary>
public sealed class SourceRun : IAsyncDisposable
{
    private readonly NpgsqlConnection _lock;

    internal SourceRun(NpgsqlConnection @lock) => _lock = @lock;

    public required long Id { get; init; }
    public required int SourceId { get; init; }
    public required bool IsCompleteSnapshot { get; init; }
    public required int Fence { get; init; }

    /// <summary>The run was begun by a process that is gone, and goes on from <see cref="Cursor"/>.</summary>
    public bool Resumed { get; init; }
    /// <summary>The first lines of an input tell whether its lines repeat; where they do not, these are read every time, so that their
    /// hashes are always those of the last time.</summary>
    public const int ProbedLines = 1_000;

    public string? Cursor { get; internal set; }
    public int RowsRead { get; internal set; }
    public int Accepted { get; internal set; }
    public int Unchanged { get; internal set; }
    public int Repeated { get; internal set; }
    public int Rejected { get; internal set; }
    public int Warnings { get; internal set; }

    public ValueTask DisposeAsync() => ReleaseAsync(_lock);

    /// <summary>A pooled connection keeps its session's locks until it is used again: give them back first.</summary>
    internal static async ValueTask ReleaseAsync(NpgsqlConnection connection)
    {
        if (connection.State == ConnectionState.Open)
        {
            await connection.ExecuteAsync(SourceRunSql.Unlock);
        }

        await connection.DisposeAsync();
    }

    internal void Advance(PageResult page, string cursor)
    {
        Cursor = cursor;
        RowsRead += page.Rows;
        Accepted += page.Accepted;
        Unchanged += page.Unchanged;
        Repeated += page.Repeated;
        Rejected += page.Rejected.Count;
        Warnings += page.Warnings.Count;
    }
}

/// <param name="Key">As in <c>config/sources</c>.</param>
/// <param name="Kind">workbook, csv, ndjson ...</param>
public sealed record SourceDescription(string Key, string Name, string Kind, bool IsCompleteSnapshot);

/// <param name="StartedBy">Who: a person's name, <c>schedule</c> or <c>command</c>.</param>
public sealed record RunStart(SourceDescription Source, SourceCheck Check, string StartedBy, string? FileName);

/// <summary>Another run of this source is under way.</summary>
public sealed class RunBusyException(string sourceKey)
    : Exception($"A run of source {sourceKey} is under way; wait for its end.")
{
    public string MessageVi { get; } = $"Nguồn {sourceKey} đang được lấy; hãy chờ lượt đó xong.";
}

/// <summary>The run was taken over by another process, or has ended; nothing of the page was applied.</summary>
public sealed class RunLostException(long runId) : Exception(FormattableString.Invariant($"Run {runId} is no longer ours."));
