using OcopMarket.Marketplaces;
using OcopMarket.Testing.Conformance;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>Who crashes alone must have been alone: whose calls are in flight beside a suspect's.</summary>
public sealed class CallSlotsTests
{
    [Fact]
    public async Task A_suspects_call_waits_for_the_others_and_the_others_for_it()
    {
        var slots = new CallSlots();
        var profile = MarketplaceProfiles.Load(Path.Combine(WorkingCopy.Config, "marketplaces")).Get(new("voso"));
        var (first, suspect, other, next) = (await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync());
        await first.OpenLineAsync(CancellationToken.None);

        var alone = suspect.OpenAloneAsync(CancellationToken.None);
        var alsoAlone = other.OpenAloneAsync(CancellationToken.None);
        Assert.False(alone.IsCompleted);
        first.Dispose();
        await alone;
        var beside = next.OpenLineAsync(CancellationToken.None);
        Assert.False(beside.IsCompleted || alsoAlone.IsCompleted);
        suspect.Dispose();

        // Whichever of the two comes first, the other has its line when that one's call is over.
        var sooner = await Task.WhenAny(alsoAlone, beside);
        (sooner == beside ? next : other).Dispose();
        await Task.WhenAll(alsoAlone, beside);

        Task<CallSlot> TakeAsync() => slots.TakeAsync(profile, CancellationToken.None);
    }

    [Fact]
    public async Task A_suspect_that_gives_up_waiting_gives_back_what_it_held()
    {
        var slots = new CallSlots();
        var profile = MarketplaceProfiles.Load(Path.Combine(WorkingCopy.Config, "marketplaces")).Get(new("voso"));
        using var first = await slots.TakeAsync(profile, CancellationToken.None);
        await first.OpenLineAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        using (var suspect = await slots.TakeAsync(profile, CancellationToken.None))
        {
            var alone = suspect.OpenAloneAsync(stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => alone);
        }

        first.Dispose();
        using var last = await slots.TakeAsync(profile, CancellationToken.None);
        await last.OpenAloneAsync(CancellationToken.None);
    }
}
