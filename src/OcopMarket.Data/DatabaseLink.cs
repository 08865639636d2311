using Npgsql;

namespace OcopMarket.Data;

/// <summary>How every process of ours talks to the database. Bounds for a line that may go silent: nothing waits for ever for an answer that
/// does not come. What the connection string itself says goes before.</summary>
public static class DatabaseLink
{
    /// <summary>Idle for so long, a connection is tried; the operating system tries it, too, while a command runs.</summary>
    public static TimeSpan KeepAlive { get; } = TimeSpan.FromSeconds(10);

    /// <summary>One statement, a commit included.</summary>
    public static TimeSpan CommandTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Until a new connection stands.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer to the cancelling of a late command is waited for; then the connection is dropped.</summary>
    public static TimeSpan CancellationTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Our statements are few and repeat all day: on their fifth use they are prepared, and the server plans each once a connection.
    /// Temporary tables are analysed after each page, which makes it plan those anew.</summary>
    public const int Prepared = 200;

    public static string Tuned(string connectionString)
    {
        var said = new NpgsqlConnectionStringBuilder(connectionString).Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tuned = new NpgsqlConnectionStringBuilder(connectionString);
        Set("Keepalive", (int)KeepAlive.TotalSeconds);
        Set("Command Timeout", (int)CommandTimeout.TotalSeconds);
        Set("Timeout", (int)ConnectTimeout.TotalSeconds);
        Set("Cancellation Timeout", (int)CancellationTimeout.TotalMilliseconds);
        Set("Max Auto Prepare", Prepared);
        Set("Tcp Keepalive", true);
        Set("Tcp Keepalive Time", (int)KeepAlive.TotalSeconds);
        Set("Tcp Keepalive Interval", 5);
        return tuned.ConnectionString;

        void Set(string key, object value)
        {
            if (!said.Contains(key))
            {
                tuned[key] = value;
            }
        }
    }
}
