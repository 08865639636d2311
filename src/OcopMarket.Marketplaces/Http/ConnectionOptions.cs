using System.ComponentModel.DataAnnotations;

namespace OcopMarket.Marketplaces.Http;

/// <summary>What every platform's connection has. Defaults come from the <c>connection</c> part of the platform's file; settings of
/// the section <c>Marketplaces:NAME</c> lie over them. An invalid value stops the host at start-up.</summary>
public abstract class ConnectionOptions
{
    /// <summary>Where the platform's API is. Where every shop has an address of its own it stays empty, or names a simulated platform on this
    /// machine, and then only shops below it are called.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Whole call, connecting included. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of one answer; a longer one counts as unreadable. Default 4 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxResponseBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Absence in a look-up proves absence this long after the last submit: the index lag plus <see cref="CallTimeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan SettlingTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Who accepted that a provisional contract is used on a real host. Empty: only loopback hosts are called.</summary>
    public string? AcceptedBy { get; set; }

    /// <summary>When it was accepted, yyyy-MM-dd.</summary>
    public DateOnly? AcceptedOn { get; set; }
}
