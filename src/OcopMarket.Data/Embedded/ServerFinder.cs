namespace OcopMarket.Data.Embedded;

internal sealed record RunningServer(Postmaster Process, string From);

/// <summary>Gets a running server for a folder: the one that runs, else the cluster that is there, else a new one. Under the start lock.</summary>
internal sealed class ServerFinder(EmbeddedPostgresOptions options, ServerFolder folder, ServerUser user)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly BinaryChooser _chooser = new(options, folder, user);
    private readonly ServerStart _start = new(folder, options);

    public async Task<RunningServer> GetAsync(CancellationToken cancellationToken)
    {
        if (await RunningAsync(cancellationToken) is { } running)
        {
            options.Logger.Adopted(folder.Data, running.Port);
            return new RunningServer(running, "already running");
        }

        if (options.Ephemeral)
        {
            ServerFolder.Clear(folder.Data);
        }

        return folder.Version() is { } major
            ? await StartAsync(major, cancellationToken)
            : await StartNewAsync(cancellationToken);
    }

    /// <summary>Waits for a server that is just starting or stopping (its starter was killed, or told it to stop and left).</summary>
    private async Task<Postmaster?> RunningAsync(CancellationToken cancellationToken)
    {
        var began = options.Time.GetTimestamp();
        while (await Postmaster.FindAsync(folder.Data, cancellationToken) is { } found)
        {
            if (found is { Status: "ready", Port: > 0 })
            {
                return found;
            }

            if (options.Time.GetElapsedTime(began) > options.StartTimeout)
            {
                throw new EmbeddedPostgresException(EmbeddedPostgresFault.Busy,
                    $"The PostgreSQL that runs for {folder.Data} has been {(found.Status.Length > 0 ? found.Status : "starting")} for too long: "
                    + $"read {folder.Log}, or end process {found.Pid} and start again.");
            }

            await Task.Delay(Pause, options.Time, cancellationToken);
        }

        return null;
    }

    private async Task<RunningServer> StartAsync(int major, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Password))
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.Damaged,
                $"The password file {folder.Password} of the database is missing: restore it from a backup, "
                + $"or move {folder.Data} away to begin with an empty database.");
        }

        await foreach (var binaries in _chooser.CandidatesAsync(major, cancellationToken))
        {
            return new RunningServer(await _start.RunAsync(binaries, cancellationToken), binaries.From);
        }

        throw _chooser.Nothing(major);
    }

    private async Task<RunningServer> StartNewAsync(CancellationToken cancellationToken)
    {
        await foreach (var binaries in _chooser.CandidatesAsync(null, cancellationToken))
        {
            if (await Cluster.MakeAsync(binaries, folder, options, cancellationToken) is { } reason)
            {
                _chooser.Pass(binaries.From, reason);
                continue;
            }

            try
            {
                return new RunningServer(await _start.RunAsync(binaries, cancellationToken), binaries.From);
            }
            catch (EmbeddedPostgresException unable) when (unable.Fault == EmbeddedPostgresFault.Damaged)
            {
                // A cluster made this second holds nothing: it is these programs that cannot run it here.
                _chooser.Pass(binaries.From, unable.Message);
                ServerFolder.Clear(folder.Data);
            }
        }

        throw _chooser.Nothing(null);
    }
}
