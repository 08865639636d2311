namespace OcopMarket.App.Hosting;

/// <summary>Settings in layers: shipped files, the demo's own, environment, then what the command line says.</summary>
internal static class Settings
{
    public static IConfigurationRoot Load(AppHome home, bool demo, IEnumerable<KeyValuePair<string, string?>> overrides)
    {
        var builder = new ConfigurationBuilder().AddJsonFile(Path.Combine(home.ConfigFolder, "appsettings.json"), optional: false);
        if (demo)
        {
            builder.AddJsonFile(Path.Combine(home.ConfigFolder, "demo.json"), optional: false);
        }

        return builder.AddEnvironmentVariables().AddInMemoryCollection(overrides).Build();
    }
}
