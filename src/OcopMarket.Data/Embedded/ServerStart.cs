using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OcopMarket.Data.Embedded;

/// <summary>Starts the server of a whole cluster, in a session of its own (<c>pg_ctl</c> calls setsid), so that a Ctrl+C at the
/// terminal reaches us and not it. No signal ties it to our life: after a crash of ours the next start finds it running.</summary>
internal sealed class ServerStart(ServerFolder folder, EmbeddedPostgresOptions options)
{
    private const int MostTries = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private readonly ServerLog _log = new(folder.Log);

    /// <exception cref="EmbeddedPostgresException">The server refuses this cluster or this port; the sentence holds its own reason.</exception>
    public async Task<Postmaster> RunAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        _log.Trim();
        await PrepareAsync(binaries.User, cancellationToken);
        var reason = "";
        var compression = await CompressionAsync(binaries, cancellationToken);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var before = _log.Length;
            var port = options.Port ?? FreePort();
            var start = binaries.Tool("pg_ctl", "start", "-D", folder.Data, "-l", folder.Log, "-s", "-w",
                "-t", Whole(options.StartTimeout.TotalSeconds), "-o", Settings(port, compression));
            var started = await (start with { Timeout = options.StartTimeout + Margin }).RunAsync(cancellationToken);
            if (await Postmaster.FindAsync(folder.Data, cancellationToken) is { } running)
            {
                ThrowUnless(started.Ok);
                options.Logger.Started(binaries.Version, binaries.From, running.Port, folder.Data);
                return running;
            }

            var said = _log.Since(before);
            reason = said.Length > 0 ? ServerLog.ReasonIn(said) : started.Reason;
            NoSpace.ThrowIfIn(said, folder.Root);
            if (!MayRetry(said, port))
            {
                break;
            }

            await Task.Delay(Pause, options.Time, cancellationToken);
        }

        throw new EmbeddedPostgresException(EmbeddedPostgresFault.Damaged,
            $"PostgreSQL does not start on {folder.Data} ({reason}): read {folder.Log}, then restore the folder from a backup, "
            + "or move it away to begin with an empty database.");
    }

    private void ThrowUnless(bool ready)
    {
        if (!ready)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.Busy,
                $"PostgreSQL is still recovering {folder.Data} after {Whole(options.StartTimeout.TotalSeconds)} s: "
                + $"start again in a few minutes; {folder.Log} shows how far it is.");
        }
    }

    /// <summary>A port that somebody took meanwhile, or memory that a killed server's children are just giving back.</summary>
    private bool MayRetry(string said, int port)
    {
        var taken = said.Contains("Address already in use", StringComparison.Ordinal)
            || said.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal);
        if (taken && options.Port is not null)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.PortTaken,
                $"Port {Whole(port)} for PostgreSQL is taken: set Database:Port to another one, or leave it empty for a free one.");
        }

        return taken || said.Contains("pre-existing shared memory block", StringComparison.Ordinal);
    }

    private async Task PrepareAsync(ServerUser user, CancellationToken cancellationToken)
    {
        if (Postmaster.Read(folder.Data) is { } stale)
        {
            // PostgreSQL would believe the number when some process of its user has it now.
            options.Logger.StalePid(stale.Pid, folder.Data);
            File.Delete(Postmaster.PidFile(folder.Data));
        }

        if (!File.Exists(folder.Log))
        {
            await File.WriteAllTextAsync(folder.Log, "", cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.Log, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        await user.OwnAsync(folder.Root, cancellationToken);
    }

    /// <summary>Sure, and as large as the machine allows: a sixteenth of its memory, and a log long enough that a first load does not write every
    /// page twice. The zone needs no zone data (a minimal system has none).</summary>
    private string Settings(int port, IEnumerable<string> compression)
    {
        List<string> settings =
        [
            "listen_addresses=127.0.0.1", $"port={Whole(port)}", "unix_socket_directories=", "cluster_name=ocopmarket",
            $"max_connections={Whole(options.MaxConnections)}", $"shared_buffers={Whole(SharedMiB())}MB", "jit=off", "ssl=off",
            "wal_level=minimal", "max_wal_senders=0", "min_wal_size=64MB", "max_wal_size=2GB", "checkpoint_timeout=15min",
            "timezone=GMT", "log_timezone=GMT", "log_checkpoints=off", "log_min_messages=warning", "lc_messages=C",
            "logging_collector=off", "log_destination=stderr", .. compression,
        ];
        if (!options.Flushes)
        {
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        }

        return string.Join(' ', settings.Select(s => $"-c {s}"));
    }

    /// <summary>A row that changes puts its whole page into the log, the first time after a checkpoint: packed by lz4 a pull that changes rows
    /// here and there waits a quarter as long for the disk. Not every build can do it; the programs are asked.</summary>
    private async Task<string[]> CompressionAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        const string packed = "wal_compression=lz4";
        var asked = await binaries.Tool("postgres", "-D", folder.Data, "-c", packed, "-C", "wal_compression").RunAsync(cancellationToken);
        return asked.Ok ? [packed] : [];
    }

    private static double SharedMiB() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1048576.0 / 16, 128, 1024);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
