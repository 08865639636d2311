namespace OcopMarket.Sources.Csv;

/// <summary>Lists as comma, semicolon or tab separated text.</summary>
internal sealed class CsvSource(SourceSettings settings, TimeProvider time) : FileSource(settings, time)
{
    protected override IRowInput Open(SourceSettings settings, CancellationToken cancellationToken)
    {
        SourceFile.Inspect(settings);
        return new CsvReader(CsvInspection.Check(settings, cancellationToken), settings).Checked(cancellationToken);
    }
}
