namespace OcopMarket.Sandbox.Common;

internal static class DemoFaults
{
    /// <summary>The knobs behind a demo script. Rules for one item come first, so that a share does not take their
    /// turn.</summary>
    public static List<FaultRule> Of(DemoScript? script)
    {
        if (script is null)
        {
            return [];
        }

        var rules = new List<FaultRule>
        {
            new("create", FaultKind.UnknownStatus, Count: 1, Sku: script.UnknownStatusSku),
            new("create", FaultKind.UnknownError, Count: 1, Sku: script.UnknownErrorSku),
            new("writes", FaultKind.DroppedAfter, Share: script.LostAnswerShare)
        };
        if (script.TokenEndsAfterCalls > 0)
        {
            rules.Insert(2, new FaultRule("*", FaultKind.TokenRevoked, Count: 1, After: script.TokenEndsAfterCalls));
        }

        return rules;
    }

    public static SandboxSettings Over(SandboxSettings settings, DemoScript? script) => script is null
        ? settings
        : settings with
        {
            RefusedShare = script.RefusedShare,
            LockedShopPhone = script.LockedShopPhone,
            LockedShopNumber = script.LockedShopPhone is null ? script.LockedShopNumber : 0
        };
}
