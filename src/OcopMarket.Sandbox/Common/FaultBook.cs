namespace OcopMarket.Sandbox.Common;

/// <summary>The knobs that are set, and whose turn it is.</summary>
internal sealed class FaultBook(MarketStore store)
{
    private readonly Table<FaultRule> _rules = store.Add<FaultRule>("fault", r => r.Id, told: false);
    private readonly Dictionary<string, int> _seenBodies = [];

    public IEnumerable<FaultRule> Active => _rules.All.Where(r => !r.Cleared && r.Count is null or > 0);

    public FaultRule Set(FaultRule rule) => _rules.Put(rule with { Id = $"{_rules.Count + 1:D6}", Cleared = false });

    public void ClearAll()
    {
        foreach (var rule in Active.ToList())
        {
            _rules.Put(rule with { Cleared = true });
        }
    }

    /// <summary>The first rule, in the order they were set, that hits this call; its count goes down. Rules for one item come first: what
    /// travels beside an item must not decide whether its rule holds.</summary>
    public FaultRule? Draw(Call call, Addressee to, CallRequest request, long seed)
    {
        foreach (var rule in Active.Where(r => Fits(r, call, to, request)).OrderBy(r => r.Sku is null).ThenBy(r => r.Id, StringComparer.Ordinal).ToList())
        {
            if (rule.After > 0)
            {
                _rules.Put(rule with { After = rule.After - 1 });
            }
            else if (rule.Share is { } share ? Falls(share, rule, call, to, request, seed) : true)
            {
                return rule.Count is { } count ? _rules.Put(rule with { Count = count - 1 }) : rule;
            }
        }

        return null;
    }

    private static bool Fits(FaultRule rule, Call call, Addressee to, CallRequest request) =>
        (rule.Call == "*" || rule.Call == call.Name || (rule.Call == "writes" && call.Writes))
        && (rule.Shop is null || rule.Shop == to.Shop)
        && (rule.Sku is null || to.Skus.Contains(rule.Sku))
        && (rule.Kind != FaultKind.TokenRevoked || request.Token is not null);

    /// <summary>The n-th arrival of one body has a draw of its own, so that a repeat is not hit for ever.</summary>
    private bool Falls(double share, FaultRule rule, Call call, Addressee to, CallRequest request, long seed)
    {
        var key = $"{rule.Id} {call.Name} {to.Shop} {request.Fingerprint}";
        var nth = _seenBodies[key] = _seenBodies.GetValueOrDefault(key) + 1;
        return Chance.Of(seed, key, $"{nth}") < share;
    }
}

/// <summary>The shop and the seller's codes that a call is about, as far as can be told before it is read in earnest.</summary>
internal sealed record Addressee(string? Shop, IReadOnlyList<string> Skus)
{
    public static readonly Addressee None = new(null, []);
}
