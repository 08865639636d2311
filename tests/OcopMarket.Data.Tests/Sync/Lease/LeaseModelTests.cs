using System.Globalization;
using CsCheck;
#if OCOP_SABOTAGE
using OcopMarket.Core;
#endif

namespace OcopMarket.Data.Tests.Sync.Lease;

/// <summary>The lease protocol under random sequences of claims, calls, crashes, ended leases, edits and waits, on the real tables. A failure
/// names its seed: <c>CsCheck_Seed=... ./test LeaseModelTests</c> plays it again, <c>CsCheck_Iter=...</c> plays so many sequences.</summary>
public sealed class LeaseModelTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const int Longest = 150;
    private const int Seconds = 10;

    private static readonly Gen<LeaseStep[]> _sequence = LeaseStep.Sequence(Longest);

    [Fact]
    public async Task Whatever_happens_in_whatever_order_nothing_is_lost_and_nothing_is_doubled()
    {
        var isCounted = long.TryParse(Environment.GetEnvironmentVariable("CsCheck_Iter"), CultureInfo.InvariantCulture, out var sequences);
        await _sequence.SampleAsync(
            steps => LeaseModel.PlayAsync(ledger, steps), iter: isCounted ? sequences : -1, time: isCounted ? -1 : Seconds, threads: 1,
            print: steps => string.Join(' ', steps.Select(s => s.ToString())));
    }

#if OCOP_SABOTAGE
    /// <summary>The model is no judge unless it finds a line that is missing. The seed is one that found it; when the steps have been
    /// changed since, others are tried.</summary>
    [Theory]
    [InlineData(nameof(Sabotage.Fence), "92H2-F8LWIP1")]
    [InlineData(nameof(Sabotage.Lease), "0002QWTOXKu1")]
    [InlineData(nameof(Sabotage.LockBeforeLook), "6vf6VykmA611")]
    [InlineData(nameof(Sabotage.LookUp), "0002Qm9AROZ1")]
    [InlineData(nameof(Sabotage.SendWindow), "bnCDOsasN3Z1")]
    public async Task The_model_finds_a_line_of_protection_that_is_missing(string line, string seed)
    {
        var random = PCG.Parse(seed);
        Sabotage.Choose(line);

        for (var sequence = 0; sequence < 200; sequence++)
        {
            var steps = _sequence.Generate(random, null, out _);
            try
            {
                await LeaseModel.PlayAsync(ledger, steps);
            }
            catch (LeaseModelException)
            {
                return;
            }
        }

        Assert.Fail($"Nobody noticed that {line} was missing.");
    }
#endif
}
