using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <summary>What was found by reading the whole input before anything is applied.</summary>
/// <param name="Met">Null: every row is read, and what was met is in the database.</param>
internal sealed record Survey(int Rows, long Live, long Gone, MetLines? Met = null);

/// <summary>Tells the lines that are stored as they stand from those that must be read: the former are never parsed.</summary>
internal sealed class LineSurvey(CatalogueStore catalogue, SourceRunStore runs)
{
    /// <summary>Null when the lines of this source do not repeat (a day of export in each record): every row has to be read.</summary>
    public async Task<Survey?> TakeAsync(
        ILineSource source, SourceLines lines, SourceRun run, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var stored = await catalogue.Lines.LoadAsync(run, lines.Count, cancellationToken);
        if (stored.Count > 0 && !Repeat(lines, stored))
        {
            return null;
        }

        run.KeepsAllLines = true;
        var left = Mark(lines, stored);
        var rows = lines.Check.Rows ?? lines.Count;
        progress?.Report(new(PullPhase.Check, rows - left, rows));
        var met = left == 0 ? 0 : await ReadRestAsync(source, lines, run, stored, cancellationToken);
        return new(rows, stored.Live, stored.Live - stored.Met - met, catalogue.Lines.Met(stored));
    }

    private static bool Repeat(SourceLines lines, StoredLines stored)
    {
        var (looked, hit) = (0, 0);
        foreach (var block in lines.Blocks)
        {
            for (var i = 0; i < block.Hashes.Length && looked < SourceRun.ProbedRows; i++)
            {
                if (block.Fates[i] == LineFate.Read)
                {
                    looked++;
                    hit += stored.Contains(block.Hashes[i]) ? 1 : 0;
                }
            }
        }

        return hit * 2 >= looked;
    }

    /// <returns>Lines that must be read.</returns>
    private static int Mark(SourceLines lines, StoredLines stored)
    {
        var left = 0;
        foreach (var block in lines.Blocks)
        {
            for (var i = 0; i < block.Hashes.Length; i++)
            {
                if (block.Fates[i] == LineFate.Read)
                {
                    block.Fates[i] = stored.Meet(block.Hashes[i]) switch
                    {
                        LineMatch.First => LineFate.Unchanged,
                        LineMatch.Again => LineFate.Repeated,
                        _ => LineFate.Read,
                    };
                    left += block.Fates[i] == LineFate.Read ? 1 : 0;
                }
            }
        }

        return left;
    }

    /// <summary>Reads what no line matched, to its end, and has the lines read that belong together with it.</summary>
    /// <returns>Stored rows that it states anew.</returns>
    private async Task<int> ReadRestAsync(
        ILineSource source, SourceLines lines, SourceRun run, StoredLines stored, CancellationToken cancellationToken)
    {
        var (met, relatives) = (0, new HashSet<UInt128>());
        await foreach (var page in source.ReadAsync(null, lines, cancellationToken))
        {
            if (stored.Live > 0)
            {
                var found = await catalogue.Lines.RelativesAsync(run, page, stored, cancellationToken);
                met += found.Met;
                relatives.UnionWith(found.Relatives);
            }

            await runs.HeartbeatAsync(run, cancellationToken);
        }

        foreach (var hash in relatives)
        {
            stored.Forget(hash);
        }

        foreach (var block in relatives.Count == 0 ? [] : lines.Blocks)
        {
            for (var i = 0; i < block.Hashes.Length; i++)
            {
                if (block.Fates[i] is LineFate.Unchanged or LineFate.Repeated && relatives.Contains(block.Hashes[i]))
                {
                    block.Fates[i] = LineFate.Read;
                }
            }
        }

        return met + relatives.Count;
    }
}
