using System.Globalization;
using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>Another process that uses the server of a data folder: <c>hold FOLDER</c> starts or joins it, says so on one line,
/// and lets go of it when its standard input ends.</summary>
internal static class HolderProgram
{
    public const string Ready = "ready";
    public const string Refused = "refused";

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["hold", var folder])
        {
            return 2;
        }

        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(DataFolder.OptionsFor(folder), CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ready} {server.Port} {server.ProcessId} {server.ConnectionString}"));
            await Console.In.ReadToEndAsync();
            return 0;
        }
        catch (EmbeddedPostgresException refused)
        {
            Console.WriteLine($"{Refused} {refused.Fault} {refused.Message}");
            return 3;
        }
    }
}
