using System.Globalization;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing.Processes;

namespace OcopMarket.Chaos;

/// <summary>What a field of real processes has around it.</summary>
internal static class ChaosField
{
    /// <summary>The settings of every process of the run.</summary>
    public static Dictionary<string, string> Environment(ChaosOptions options, string database, ChaosPlatforms platforms)
    {
        static string Span(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);
        static string Rate(int rate) => rate.ToString(CultureInfo.InvariantCulture);
        var environment = new Dictionary<string, string>
        {
            ["Database__ConnectionString"] = database,
            ["Database__WorkerConnectionString"] = DatabaseLogins.Derive(database, DatabaseRole.Worker),
            ["Database__WebConnectionString"] = DatabaseLogins.Derive(database, DatabaseRole.Web),
            ["Worker__Lease"] = Span(options.Lease),
            ["Marketplaces__WooCommerce__CallTimeout"] = Span(options.CallTimeout), // not called here; a lease must outlast every platform's calls
            ["Marketplaces__Shopee__CallTimeout"] = Span(options.CallTimeout),
            ["Marketplaces__Lazada__CallTimeout"] = Span(options.CallTimeout),
            ["Web__PublicUrl"] = "http://127.0.0.1:9",
            ["Logging__LogLevel__OcopMarket"] = "Warning",
        };
        foreach (var client in platforms.Fleet.Clients)
        {
            var prefix = $"Marketplaces__{client.Key}__";
            environment[prefix + "BaseUrl"] = client.Platform.BaseUrl;
            environment[prefix + "CallTimeout"] = Span(options.CallTimeout);
            environment[prefix + "SettlingTime"] = Span(options.SettlingTime);
            environment[prefix + "PollMoving"] = Span(TimeSpan.FromSeconds(1));
            foreach (var (name, rate) in client.Key == "postmart"
                ? new[] { ("partner", options.LoginRate), ("shop", options.ShopRate) }
                : [("login", options.LoginRate), ("create", options.CreateRate)])
            {
                environment[$"{prefix}Limits__{name}__PerSecond"] = Rate(rate);
                environment[$"{prefix}Limits__{name}__Burst"] = Rate(rate);
            }
        }

        return environment;
    }

    /// <summary>The pictures that the catalogue names, beside its file.</summary>
    public static void CopyPictures(AppFolder home)
    {
        var to = Directory.CreateDirectory(Path.Combine(home.Path, "images")).FullName;
        foreach (var picture in ChaosCatalogue.Pictures)
        {
            File.Copy(Path.Combine(AppFolder.Config, "samples", "tra-vinh", "images", picture), Path.Combine(to, picture));
        }
    }
}
