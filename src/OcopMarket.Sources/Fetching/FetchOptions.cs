using System.ComponentModel.DataAnnotations;

namespace OcopMarket.Sources.Fetching;

/// <summary>Section <c>Fetch</c>: bounds of what is fetched from addresses that stand in a list. None of them opens the way to an address
/// that is not public; no setting does.</summary>
public sealed class FetchOptions
{
    public const string Section = "Fetch";

    /// <summary>Names of hosts, with commas between, that may be asked by plain http, on port 80. Default: none.</summary>
    public string HttpHosts { get; init; } = "";

    /// <summary>Bytes of one answer, counted as they come. Default 20 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Of one fetch, redirects and the last byte included. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Addresses fetched in one run of a source. Default 5,000.</summary>
    [Range(0, 1_000_000)]
    public int PicturesPerRun { get; init; } = 5_000;

    /// <summary>Bytes fetched in one run of a source. Default 2 GiB.</summary>
    [Range(0, 1L << 40)]
    public long BytesPerRun { get; init; } = 2L << 30;

    /// <summary>A host that failed so often in a row is not asked again in the same run. Default 5.</summary>
    [Range(1, 1_000)]
    public int FailuresPerHost { get; init; } = 5;
}
