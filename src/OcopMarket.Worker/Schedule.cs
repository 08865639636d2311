using System.Globalization;
using Hangfire;
using Hangfire.Storage;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json;
using Npgsql;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker;

/// <summary>Hangfire: the clock, never the ledger. Its schema is made by our migrator; no business lock is its own; jobs are not repeated by
/// it, because the next run is.</summary>
public static class Schedule
{
    /// <summary>00:05 in Viet Nam. A fixed offset of the country: no zone data needed.</summary>
    private const string JustAfterMidnight = "5 17 * * *";

    /// <summary>02:40 in Viet Nam, when nobody works on the lists.</summary>
    private const string AtNight = "40 19 * * *";

    /// <summary>A job's arguments are names and numbers; none of them brings a type of its own.</summary>
    private static readonly JsonSerializerSettings _plain = new() { TypeNameHandling = TypeNameHandling.None, MaxDepth = 8 };

    public static IServiceCollection AddOcopSchedule(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton<SourceJobs>().AddSingleton<RetentionJob>();
        services.AddHostedService<ScheduleWriter>();
        services.AddOcopClock(connectionString);
        services.AddHangfireServer(o =>
        {
            o.WorkerCount = 2;
            o.ServerName = "ocopmarket";
            o.ShutdownTimeout = TimeSpan.FromSeconds(15);
        });
        return services;
    }

    /// <summary>Where jobs are kept, without a server that runs them: enough to look at them.</summary>
    /// <param name="connectionString">The ledger's database; Hangfire keeps to its own schema and a small pool of its own.</param>
    public static IServiceCollection AddOcopClock(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => new OwnPool(connectionString));
        services.AddHangfire((provider, hangfire) =>
        {
            hangfire.UseSimpleAssemblyNameTypeSerializer().UseSerializerSettings(_plain);
            hangfire.UseDefaultCulture(CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
            hangfire.UsePostgreSqlStorage(
                o => o.UseConnectionFactory(provider.GetRequiredService<OwnPool>()),
                new PostgreSqlStorageOptions
                {
                    SchemaName = "hangfire",
                    PrepareSchemaIfNecessary = false,
                    QueuePollInterval = TimeSpan.FromSeconds(1),
                    InvisibilityTimeout = TimeSpan.FromMinutes(5),
                    UseSlidingInvisibilityTimeout = true,
                    EnableLongPolling = false,
                    DistributedLockTimeout = TimeSpan.FromMinutes(1), // a killed process leaves its lock until then
                    AllowDegradedModeWithoutStorage = false,
                });
        });
        return services;
    }

    /// <summary>Writes the timetable: each source with a time in <c>Sources:NAME:Cron</c> (UTC), and the new day. What stands there already
    /// is left alone: a write takes a lock that a killed process leaves behind.</summary>
    /// <exception cref="Hangfire.Storage.DistributedLockTimeoutException">Another process writes, or died while it wrote.</exception>
    internal static void Plan(JobStorage storage, IRecurringJobManager jobs, IConfiguration configuration)
    {
        using var connection = storage.GetConnection();
        var standing = connection.GetRecurringJobs().ToDictionary(j => j.Id, j => j.Cron);
        if (standing.GetValueOrDefault("new-day") != JustAfterMidnight)
        {
            jobs.AddOrUpdate<SourceJobs>("new-day", j => j.NewDayAsync(CancellationToken.None), JustAfterMidnight);
        }

        if (standing.GetValueOrDefault("retention") != AtNight)
        {
            jobs.AddOrUpdate<RetentionJob>("retention", j => j.RunAsync(CancellationToken.None), AtNight);
        }

        foreach (var source in configuration.GetSection("Sources").GetChildren())
        {
            var (key, id) = (source.Key, $"pull-{source.Key}");
            var cron = source["Cron"] is { Length: > 0 } text ? text : null;
            if (cron is not null && standing.GetValueOrDefault(id) != cron)
            {
                jobs.AddOrUpdate<SourceJobs>(id, j => j.PullAsync(key, CancellationToken.None), cron);
            }
            else if (cron is null && standing.ContainsKey(id))
            {
                jobs.RemoveIfExists(id);
            }
        }
    }

    /// <summary>Named, because the numbers of an unnamed pool would carry the connection string.</summary>
    private sealed class OwnPool(string connectionString) : IConnectionFactory, IDisposable
    {
        private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "ocopmarket-hangfire",
            MaxPoolSize = 10,
        }.ConnectionString)
        { Name = "hangfire" }.Build();

        public NpgsqlConnection GetOrCreateConnection() => _source.CreateConnection();

        public void Dispose() => _source.Dispose();
    }
}
