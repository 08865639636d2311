using System.Net.Http.Json;
using System.Text.Json;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>The promise that no listing is lost and none doubled, with real processes: the simulated platforms are a process of their own and
/// see everything; the program is killed without warning, again and again, and goes on where it was.</summary>
public sealed class KillTests
{
    private const int Kills = 10;

    private static Dictionary<string, string> Sabotage { get; } = new()
    {
        ["OCOP_SABOTAGE"] = Environment.GetEnvironmentVariable("OCOP_SABOTAGE") ?? "",
    };

    [Fact]
    public async Task Demo_that_is_killed_ten_times_ends_as_if_it_had_never_been()
    {
        await using var home = new AppFolder();
        await using var sandbox = AppProcess.Start(home, null, "sandbox", "--json", "--port", "0", "--data", Path.Combine(home.Path, "platforms"));
        var platforms = await PlatformsAsync(home, sandbox);
        await SlowDownAsync(platforms);
        var random = new Random(20261123);

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = StartDemo(home, platforms);
            await victim.WaitForAsync("Seed");
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (random.NextDouble() * 6)));
            await victim.KillAsync();
        }

        await using var last = StartDemo(home, platforms);
        var end = await last.EndAsync();

        using var report = JsonDocument.Parse(end.Output);
        Assert.Empty(report.RootElement.GetProperty("faults").EnumerateArray().Select(f => f.GetString()));
        Assert.All(
            report.RootElement.GetProperty("sandbox").EnumerateArray(), s => Assert.Equal(0, s.GetProperty("duplicates").GetInt64()));
        Assert.True(report.RootElement.GetProperty("settled").GetBoolean());
        Assert.Equal(0, end.Code);

        await using var other = StartDemo(home, platforms, "--seed", "7");
        Assert.Equal(2, (await other.EndAsync()).Code); // a script half of one seed and half of another would prove nothing
    }

    /// <summary>OCOP_SABOTAGE=LookUp in the test's own environment shows what happens without the look-up: duplicates, and a red test.</summary>
    private static AppProcess StartDemo(AppFolder home, string platforms, params string[] more) =>
        AppProcess.Start(home, Sabotage, ["demo", "--json", "--data", home.Data, "--sandboxes", platforms, .. more]);

    /// <summary>Each answer takes a while, so that a kill often meets a call under way.</summary>
    private static async Task SlowDownAsync(string platforms)
    {
        using var http = new HttpClient();
        using var list = JsonDocument.Parse(await File.ReadAllTextAsync(platforms));
        foreach (var platform in list.RootElement.GetProperty("platforms").EnumerateArray())
        {
            var url = new Uri($"{platform.GetProperty("baseUrl").GetString()}/_sandbox/settings");
            using var answer = await http.PostAsJsonAsync(url, new { latencyMilliseconds = 150 });
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task<string> PlatformsAsync(AppFolder home, AppProcess sandbox)
    {
        while (true)
        {
            await sandbox.WaitForAsync("}");
            try
            {
                using var whole = JsonDocument.Parse(sandbox.Output);
                return home.Write("platforms.json", sandbox.Output);
            }
            catch (JsonException)
            {
                await Task.Delay(50); // the rest is on its way
            }
        }
    }
}
