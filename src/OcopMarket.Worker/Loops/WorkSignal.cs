using Npgsql;

namespace OcopMarket.Worker.Loops;

/// <summary>Wakes the dispatcher when somebody opened a task (NOTIFY), in whatever process. A lost connection costs at most a second: the
/// loops look by themselves as well.</summary>
public sealed class WorkSignal(NpgsqlDataSource dataSource, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Returns at the next signal, and at the latest after <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody is awake already.
        }
    }

    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, _) => Set();
                await using (var listen = new NpgsqlCommand("LISTEN ocop_work", connection))
                {
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                }

                while (true)
                {
                    await connection.WaitAsync(cancellationToken);
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    public void Dispose() => _signal.Dispose();
}
