using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <summary>What was found by reading the whole input before anything is applied.</summary>
/// <param name="Met">Null: every row is read, and what was met is in the database.</param>
/// <param name="Lines">Of an input that has lines: which of them are to be read.</param>
internal sealed record Survey(int Rows, long Live, long Gone, StoredLines? Met = null, SourceLines? Lines = null);

/// <summary>Tells the lines that are stored as they stand from those that must be read: the former become no records. Where the bytes of a
/// source never repeat (a day of export in each line) its lines are known by what they say in the fields that we know.</summary>
internal sealed class LineSurvey(CatalogueStore catalogue, SourceRunStore runs)
{
    public async Task<Survey> TakeAsync(
        ILineSource source, SourceLines lines, SourceRun run, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var stored = await catalogue.Lines.LoadAsync(run, lines.Kind, lines.Count, cancellationToken);
        if (stored is { Live: > 0, Kind: LineHashKind.Bytes } && !AreStored(lines, stored))
        {
            lines = await source.ReadFieldsAsync(lines, cancellationToken);
            await catalogue.Lines.ReloadAsync(run, stored, LineHashKind.Fields, cancellationToken);
            // Where these are not stored either, all is to be read for another reason: other rules, say.
            stored.Repeat = !AreStored(lines, stored);
        }

        var again = new HashSet<UInt128>();
        var left = Mark(lines, stored, again);
        var rows = lines.Check.Rows ?? lines.Count;
        progress?.Report(new(PullPhase.Check, rows - left, rows));
        var met = 0;
        if (stored.Live == 0)
        {
            // Nothing that is read can belong together with anything that is stored.
            await source.CheckLinesAsync(lines, cancellationToken);
        }
        else if (left > 0)
        {
            met = await ReadRestAsync(source, lines, run, stored, again, cancellationToken);
        }

        return new(rows, stored.Live, stored.Live - stored.Met - met, stored, lines);
    }

    /// <summary>Of the first lines.</summary>
    private static bool AreStored(SourceLines lines, StoredLines stored)
    {
        var (looked, hit) = (0, 0);
        foreach (var block in lines.Blocks)
        {
            for (var i = 0; i < block.Hashes.Length && looked < SourceRun.ProbedLines; i++)
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

    /// <param name="again">Gets what several lines say that need not be the same row: all of them are to be read.</param>
    /// <returns>Lines that must be read.</returns>
    private static int Mark(SourceLines lines, StoredLines stored, HashSet<UInt128> again)
    {
        var (left, isBytes) = (0, lines.Kind == LineHashKind.Bytes);
        foreach (var block in lines.Blocks)
        {
            for (var i = 0; i < block.Hashes.Length; i++)
            {
                if (block.Fates[i] == LineFate.Read && (isBytes || block.FirstLine + i > SourceRun.ProbedLines))
                {
                    var match = stored.Meet(block.Hashes[i]);
                    block.Fates[i] = match switch
                    {
                        LineMatch.First => LineFate.Unchanged,
                        LineMatch.Again when isBytes => LineFate.Repeated,
                        _ => LineFate.Read,
                    };
                    if (match == LineMatch.Again && !isBytes)
                    {
                        again.Add(block.Hashes[i]);
                    }
                }

                left += block.Fates[i] == LineFate.Read ? 1 : 0;
            }
        }

        return left;
    }

    /// <summary>Reads what no line matched, to its end, and has the lines read that belong together with it.</summary>
    /// <returns>Stored rows that it states anew.</returns>
    private async Task<int> ReadRestAsync(
        ILineSource source, SourceLines lines, SourceRun run, StoredLines stored, HashSet<UInt128> relatives,
        CancellationToken cancellationToken)
    {
        var (met, looked, repeated) = (0, 0, 0);
        await foreach (var page in PageBatches.AheadAsync(source.ReadAsync(null, lines, cancellationToken), cancellationToken))
        {
            var found = await catalogue.Lines.RelativesAsync(run, page, stored, cancellationToken);
            met += found.Met;
            relatives.UnionWith(found.Relatives);
            if (stored.Kind == LineHashKind.Fields && looked < SourceRun.ProbedLines)
            {
                // The first lines are among them in any case: they tell when the source begins to repeat its bytes.
                (looked, repeated) = (looked + page.Records.Count, repeated + found.Repeated);
                stored.Repeat |= repeated * 2 > looked;
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
