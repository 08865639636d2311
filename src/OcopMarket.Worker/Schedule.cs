using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker;

/// <summary>Hangfire: the clock, never the ledger. Its schema is made by our migrator; no business lock is its own; jobs are not repeated by
/// it, because the next run is.</summary>
public static class Schedule
{
    /// <summary>00:05 in Viet Nam. A fixed offset of the country: no zone data needed.</summary>
    private const string JustAfterMidnight = "5 17 * * *";

    /// <param name="connectionString">The ledger's database; Hangfire keeps to its own schema and a small pool of its own.</param>
    public static IServiceCollection AddOcopSchedule(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton<SourceJobs>();
        services.AddHangfire(hangfire =>
        {
            hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
            hangfire.UseDefaultCulture(CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
            hangfire.UsePostgreSqlStorage(
                o => o.UseNpgsqlConnection(OwnPool(connectionString)),
                new PostgreSqlStorageOptions
                {
                    SchemaName = "hangfire",
                    PrepareSchemaIfNecessary = false,
                    QueuePollInterval = TimeSpan.FromSeconds(1),
                    InvisibilityTimeout = TimeSpan.FromMinutes(5),
                    UseSlidingInvisibilityTimeout = true,
                    EnableLongPolling = false,
                    AllowDegradedModeWithoutStorage = false,
                });
        });
        services.AddHangfireServer(o =>
        {
            o.WorkerCount = 2;
            o.ServerName = "ocopmarket";
            o.ShutdownTimeout = TimeSpan.FromSeconds(15);
        });
        return services;
    }

    /// <summary>Writes the timetable: each source with a time in <c>Sources:NAME:Cron</c> (UTC), and the new day.</summary>
    public static void Plan(IRecurringJobManager jobs, IConfiguration configuration)
    {
        jobs.AddOrUpdate<SourceJobs>("new-day", j => j.NewDayAsync(CancellationToken.None), JustAfterMidnight);
        foreach (var source in configuration.GetSection("Sources").GetChildren())
        {
            var key = source.Key;
            if (source["Cron"] is { Length: > 0 } cron)
            {
                jobs.AddOrUpdate<SourceJobs>($"pull-{key}", j => j.PullAsync(key, CancellationToken.None), cron);
            }
            else
            {
                jobs.RemoveIfExists($"pull-{key}");
            }
        }
    }

    private static string OwnPool(string connectionString) => new Npgsql.NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "ocopmarket-hangfire",
        MaxPoolSize = 10,
    }.ConnectionString;
}
