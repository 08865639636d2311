using OcopMarket.Core.Listings;

namespace OcopMarket.Core.Sellers;

/// <summary>What the rules know of a shop.</summary>
/// <param name="ProblemCode">Prefixed platform code, when the platform named one.</param>
/// <param name="HasMandate">The producer's dated consent is alive today.</param>
public sealed record ShopFacts(AccountState State, bool HasMandate, bool CredentialRefused, string? ProblemCode, string? ProblemRaw);

/// <summary>What stands between a listing and its shop. The same answer for every listing of the shop.</summary>
public static class ShopIssues
{
    public static bool IsOpen(ShopFacts? shop) => shop is { State: AccountState.Active, HasMandate: true, CredentialRefused: false };

    public static IReadOnlyList<IssueFinding> Of(ShopFacts? shop)
    {
        if (shop is null)
        {
            return [Issue("shop_missing", Party.Producer, "account")];
        }

        var issues = new List<IssueFinding>();
        if (!shop.HasMandate)
        {
            issues.Add(Issue("mandate_missing", Party.Staff, "mandate"));
        }

        if (shop.CredentialRefused || shop.State == AccountState.ReauthNeeded)
        {
            issues.Add(Issue("shop_reauth", Party.Producer, "account", shop.ProblemRaw));
        }
        else if (shop.State == AccountState.Suspended)
        {
            issues.Add(Issue("shop_locked", Party.Producer, "account", shop.ProblemRaw));
        }
        else if (shop.State is AccountState.Closed)
        {
            issues.Add(Issue("shop_missing", Party.Producer, "account", shop.ProblemRaw));
        }
        else if (shop.State is not AccountState.Active)
        {
            issues.Add(Issue("shop_not_active", Party.Producer, "account", shop.ProblemRaw));
        }

        return issues;
    }

    /// <summary>Of a listing that still stands in a shop, or on a marketplace, which is taken out of use.</summary>
    public static IReadOnlyList<IssueFinding> OfLeaving() => [Issue("shop_leaving", Party.Staff, "account")];

    private static IssueFinding Issue(string code, Party owner, string field, string? raw = null) =>
        new(code, Severity.Blocking, owner, [field], [], raw);
}
