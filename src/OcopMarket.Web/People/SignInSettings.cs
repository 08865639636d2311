using System.Net;
using OcopMarket.Web.Api;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Webhooks;

namespace OcopMarket.Web.People;

/// <summary>How people sign in. Section <c>SignIn</c>; the defaults are those of the settings' catalogue.</summary>
public sealed record SignInSettings
{
    /// <summary>Rounds of PBKDF2 with SHA-512 per password.</summary>
    public int HashRounds { get; init; } = 210_000;

    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan Absolute { get; init; } = TimeSpan.FromHours(12);

    /// <summary>For people of a business who ask for it; others hold the rights of many producers.</summary>
    public TimeSpan Remembered { get; init; } = TimeSpan.FromDays(14);

    /// <summary>After so many wrong tries in a row a name waits for <see cref="LockFor"/>.</summary>
    public int MostTries { get; init; } = 5;

    public TimeSpan LockFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Tries a minute from one address: a commune's office may share one.</summary>
    public int TriesPerAddress { get; init; } = 30;

    /// <summary>Tries a minute of everybody together, in this process.</summary>
    public int TriesInAll { get; init; } = 300;

    /// <summary>For so long after a proof nobody is asked again before a sensitive change.</summary>
    public TimeSpan ProofHolds { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan InvitationHolds { get; init; } = TimeSpan.FromDays(7);

    public TimeSpan ResetHolds { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>How the portal is reached and what it is. Built by the program from its settings.</summary>
public sealed record PortalSettings
{
    /// <summary>The address that people type, for links in mails and for passkeys; null: this machine only.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whose word about the visitor's address and scheme is believed.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } = [];

    /// <summary>A demo: second factors are offered and not demanded, mails are written to <see cref="MailFolder"/> and shown to the admin.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Where mails are written instead of sent; null: they are sent, or not at all without a server.</summary>
    public string? MailFolder { get; init; }

    public MailSettings Mail { get; init; } = new();

    public SignInSettings SignIn { get; init; } = new();

    /// <summary>The directory with which people sign in beside our own passwords; null: there is none.</summary>
    public OpenIdSettings? OpenId { get; init; }

    /// <summary>Requests a minute of one person, or of one address without a person.</summary>
    public int RequestsPerMinute { get; init; } = 1_200;

    public ApiSettings Api { get; init; } = new();

    public DaySettings Daily { get; init; } = new();

    public WebhookSettings Webhooks { get; init; } = new();

    /// <summary>People come over TLS; cookies are for that alone.</summary>
    public bool IsSecure => PublicUrl?.Scheme == Uri.UriSchemeHttps;
}

/// <summary>Section <c>Mail</c>.</summary>
public sealed record MailSettings
{
    /// <summary>Name of the SMTP server; empty: no mail is sent.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;

    /// <summary>none, starttls (demanded), or tls from the first byte.</summary>
    public string Security { get; init; } = "starttls";

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public string From { get; init; } = "";

    /// <summary>Whether people are told by mail that a shop's consent ends or was refused.</summary>
    public bool Warnings { get; init; } = true;
}
