using OcopMarket.Testing.Processes;

namespace OcopMarket.Chaos;

/// <summary>Worker processes that a service manager starts again whenever one ends, and the blows against them.</summary>
internal sealed class ChaosWorkers(AppFolder home, IReadOnlyDictionary<string, string> environment, int count) : IAsyncDisposable
{
    private readonly AppProcess?[] _workers = new AppProcess?[count];
    private readonly SemaphoreSlim _gate = new(1, 1);

    public int Kills { get; private set; }
    public int Pauses { get; private set; }

    /// <summary>Ends that were none of our doing: a start while the database was away, or a defect.</summary>
    public int OtherEnds { get; private set; }

    /// <summary>What the last of these said.</summary>
    public string LastWords { get; private set; } = "";

    /// <summary>Keeps the workers running until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _gate.WaitAsync(CancellationToken.None);
            try
            {
                for (var i = 0; i < _workers.Length; i++)
                {
                    await KeepAsync(i);
                }
            }
            finally
            {
                _gate.Release();
            }

            await Task.Delay(200, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task KillAsync(int which, CancellationToken cancellationToken)
    {
        await AliveAsync(which, cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_workers[which] is { HasExited: false } worker)
            {
                await worker.KillAsync();
                Kills++;
                await worker.DisposeAsync();
                _workers[which] = null;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Kills all of them and keeps them away while something is done.</summary>
    public async Task WithoutAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < _workers.Length; i++)
            {
                if (_workers[i] is { } worker)
                {
                    await worker.KillAsync();
                    await worker.DisposeAsync();
                    _workers[i] = null;
                }
            }

            await action();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Frozen for longer than its lease, then it goes on as if nothing had been: the zombie.</summary>
    public async Task PauseAsync(int which, TimeSpan length, CancellationToken cancellationToken)
    {
        await AliveAsync(which, cancellationToken);
        if (_workers[which] is not { HasExited: false } worker)
        {
            return;
        }

        var process = worker.Id; // it may be killed while it stands still
        await AppProcess.SignalAsync(process, "STOP");
        Pauses++;
        try
        {
            await Task.Delay(length, cancellationToken);
        }
        finally
        {
            await AppProcess.SignalAsync(process, "CONT");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            if (worker is not null)
            {
                await worker.DisposeAsync();
            }
        }

        _gate.Dispose();
    }

    /// <summary>A blow against nobody would prove nothing: the next start is waited for.</summary>
    private async Task AliveAsync(int which, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 50 && _workers[which] is not { HasExited: false }; tries++)
        {
            await Task.Delay(100, cancellationToken);
        }
    }

    private async Task KeepAsync(int i)
    {
        if (_workers[i] is { HasExited: true } ended)
        {
            OtherEnds++;
            LastWords = $"exit {ended.ExitCode}: {ended.Errors}";
            await ended.DisposeAsync();
            _workers[i] = null;
        }

        _workers[i] ??= AppProcess.Start(home, environment, "serve", "--roles", "worker", "--port", "0", "--data", home.Data);
    }
}
