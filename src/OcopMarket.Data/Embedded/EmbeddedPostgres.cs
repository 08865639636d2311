using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace OcopMarket.Data.Embedded;

/// <summary>One user of the PostgreSQL that runs for a data folder. It is started when it does not run and shared when it does, over
/// processes too; disposing the last user's handle stops it. Without disposing (a kill) it runs on and the next start takes it over.</summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(1);
    private readonly EmbeddedPostgresOptions _options;
    private readonly ServerFolder _folder;
    private readonly UserLease _lease;
    private readonly string _password;
    private readonly ITimer _trimming;
    private int _disposed;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, ServerFolder folder, UserLease lease, string password, RunningServer server)
    {
        _options = options;
        _folder = folder;
        _lease = lease;
        _password = password;
        Port = server.Process.Port;
        ProcessId = server.Process.Pid;
        BinariesFrom = server.From;
        MajorVersion = folder.Version() ?? 0;
        var log = new ServerLog(folder.Log);
        _trimming = options.Time.CreateTimer(_ => log.Trim(), null, TrimEvery, TrimEvery);
    }

    /// <summary>As superuser, to the database <c>postgres</c>, with the password in it: never print it.</summary>
    public string ConnectionString => ConnectionStringFor(Cluster.Superuser);

    public int Port { get; }
    public int ProcessId { get; }
    public int MajorVersion { get; }

    /// <summary>For people: where the programs come from.</summary>
    public string BinariesFrom { get; }

    /// <summary>The server's own folder: cluster, password file, log, fetched programs.</summary>
    public string Folder => _folder.Root;

    /// <summary>Starts or joins the server of a data folder; it answers when this returns.</summary>
    /// <exception cref="EmbeddedPostgresException">Not possible; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.UnsupportedSystem,
                "The built-in PostgreSQL runs on Linux and macOS only: on Windows use WSL 2, "
                + "or set Database:ConnectionString to a running server.");
        }

        var user = ServerUser.Choose();
        var folder = await ServerFolder.OpenAsync(options, user, cancellationToken);
        using var starting = await TakeStartLockAsync(options, folder, cancellationToken);
        var server = await new ServerFinder(options, folder, user).GetAsync(cancellationToken);
        var lease = UserLease.Take(folder.Users);
        try
        {
            var password = await File.ReadAllTextAsync(folder.Password, cancellationToken);
            var handle = new EmbeddedPostgres(options, folder, lease, password, server);
            await handle.KnockAsync(cancellationToken);
            return handle;
        }
        catch
        {
            lease.Dispose();
            await StopIfLastAsync(options, folder);
            throw;
        }
    }

    public string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Cluster.Superuser,
        Password = _password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Creates a database unless it is there.</summary>
    /// <param name="name">Lower-case letters, digits and underscores, a letter first.</param>
    public async Task EnsureDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var known = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection);
        known.Parameters.Add(new NpgsqlParameter { Value = Checked(name) });
        if (await known.ExecuteScalarAsync(cancellationToken) is true)
        {
            return;
        }

        try
        {
            await RunAsync(connection, $"CREATE DATABASE \"{Checked(name)}\"", cancellationToken);
        }
        catch (PostgresException twice) when (twice.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process made it between the question and the order.
        }
    }

    /// <summary>Creates a database as a copy of another one, to which nobody may be connected.</summary>
    public async Task CopyDatabaseAsync(string template, string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await RunAsync(connection, $"CREATE DATABASE \"{Checked(name)}\" TEMPLATE \"{Checked(template)}\"", cancellationToken);
    }

    /// <summary>Drops a database with all its sessions, if it is there.</summary>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await RunAsync(connection, $"DROP DATABASE IF EXISTS \"{Checked(name)}\" WITH (FORCE)", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _trimming.DisposeAsync();
        using var stopping = await FileLock.TakeAsync(_folder.StartLock, _options.StartTimeout, _options.Time, CancellationToken.None);
        _lease.Dispose();
        if (stopping is null)
        {
            _options.Logger.LeftRunning(_folder.Data, "another process is starting or stopping it");
            return;
        }

        await StopIfLastAsync(_options, _folder);
    }

    private static async Task<FileLock> TakeStartLockAsync(
        EmbeddedPostgresOptions options, ServerFolder folder, CancellationToken cancellationToken) =>
        await FileLock.TakeAsync(folder.StartLock, options.StartTimeout, options.Time, cancellationToken)
        ?? throw new EmbeddedPostgresException(EmbeddedPostgresFault.Busy, string.Create(CultureInfo.InvariantCulture,
            $"Another process has been starting PostgreSQL for {folder.Root} for more than {options.StartTimeout.TotalSeconds:0} s: ")
            + "wait for it or end it, then start again.");

    /// <summary>The caller holds the start lock.</summary>
    private static async Task StopIfLastAsync(EmbeddedPostgresOptions options, ServerFolder folder)
    {
        if (UserLease.AnyIn(folder.Users) || await Postmaster.FindAsync(folder.Data, CancellationToken.None) is not { } running)
        {
            return;
        }

        if (await running.StopAsync(folder.Data, options.Time))
        {
            options.Logger.Stopped(folder.Data);
        }
        else
        {
            options.Logger.StoppedHard(folder.Data);
        }
    }

    private async Task KnockAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
        }
        catch (NpgsqlException refused)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.Damaged,
                $"PostgreSQL runs for {_folder.Data}, but refuses the connection ({refused.Message}): put the right password into "
                + $"{_folder.Password}, or read {_folder.Log}.", refused);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = SingleConnection.Create(ConnectionString, "embedded");
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names cannot be parameters; Checked lets only [a-z0-9_] through.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Checked(string name) =>
        DatabaseName().IsMatch(name) ? name : throw new ArgumentException($"'{name}' is no plain database name", nameof(name));

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,62}\z", RegexOptions.None, 1000)]
    private static partial Regex DatabaseName();
}
