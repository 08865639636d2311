namespace OcopMarket.Sources.Ndjson;

/// <summary>Lists with one JSON object a line.</summary>
internal sealed class NdjsonSource(SourceSettings settings, TimeProvider time) : FileSource(settings, time)
{
    protected override IRowInput Open(SourceSettings settings, CancellationToken cancellationToken)
    {
        SourceFile.Inspect(settings);
        return new NdjsonReader(NdjsonInspection.Check(settings, cancellationToken), settings);
    }
}
