using System.Text.Json;
using OcopMarket.Chaos;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>The short form of <c>./test chaos</c>. OCOP_SABOTAGE=LookUp (or Settling) in the test's own environment takes that line of
/// protection out of the workers: then there are duplicates and the test is red. Alone: what it strikes shares the machine with no other test of
/// this assembly.</summary>
[Collection(nameof(ChaosAlone))]
public sealed class ChaosTests
{
    [Fact]
    public async Task Struck_again_and_again_nothing_is_lost_nothing_doubled_and_no_price_is_wrong()
    {
        var options = ChaosOptions.Short with { Sabotage = Environment.GetEnvironmentVariable("OCOP_SABOTAGE") };

        var report = await new ChaosRun(options, new Progress<string>(), TimeProvider.System).RunAsync(CancellationToken.None);

        Assert.True(report.Faults.Count == 0, JsonSerializer.Serialize(report));
    }

    /// <summary>OCOP_SABOTAGE=Sweep: nothing is kept of what the shops hold, and what was made after the backup is made a second time.</summary>
    [Fact]
    public async Task Put_back_to_an_older_backup_nothing_is_made_twice()
    {
        var options = ChaosOptions.Restore with { Sabotage = Environment.GetEnvironmentVariable("OCOP_SABOTAGE") };

        var report = await new ChaosRun(options, new Progress<string>(), TimeProvider.System).RunAsync(CancellationToken.None);

        Assert.True(report is { Faults.Count: 0, Forgotten: > 20 }, JsonSerializer.Serialize(report));
    }
}

[CollectionDefinition(nameof(ChaosAlone), DisableParallelization = true)]
public sealed class ChaosAlone;
