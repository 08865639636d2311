namespace OcopMarket.Sources.Workbook;

/// <summary>Lists as provinces keep them: an .xlsx workbook.</summary>
internal sealed class WorkbookSource(SourceSettings settings, TimeProvider time) : FileSource(settings, time)
{
    protected override IRowInput Open(SourceSettings settings, CancellationToken cancellationToken)
    {
        var file = SourceFile.Inspect(settings);
        if (file.Length > settings.Limits.WorkbookBytes)
        {
            throw Refusals.TooLarge($"tệp lớn hơn {settings.Limits.WorkbookBytes >> 20} MB",
                $"larger than {settings.Limits.WorkbookBytes >> 20} MB");
        }

        // Held in memory: what is inspected is what is read, whatever happens to the file meanwhile.
        var content = SourceFile.ReadAll(settings.Path);
        var budget = new WorkbookBudget(settings.Limits, Time);
        budget.Timed(() =>
        {
            WorkbookInspection.Check(content, budget, cancellationToken);
            return true;
        });
        return new WorkbookReader(content, settings, budget);
    }
}
