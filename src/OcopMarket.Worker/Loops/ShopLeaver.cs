using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Loops;

/// <summary>Takes shops and marketplaces out of use, step by step.</summary>
public sealed class ShopLeaver(ShopLeaves leaves, WorkSignal signal, ILogger<ShopLeaver> log, TimeProvider time) : Loop(signal, time, log)
{
    protected override TimeSpan Shortest => TimeSpan.FromSeconds(2);

    protected override TimeSpan Longest => TimeSpan.FromSeconds(20);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken) => await leaves.RunAsync(cancellationToken) > 0;
}
