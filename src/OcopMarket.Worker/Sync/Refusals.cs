using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>A platform's words as findings: by its dictionary; what that does not know goes to staff with the raw text.</summary>
public sealed class Refusals(MarketplaceRegistry marketplaces)
{
    public IssueFinding Of(MarketplaceKey key, string? code, string? text, string? field)
    {
        var match = marketplaces.Errors(key).Find(code, text);
        var name = match.Known ? match.Key : code ?? ErrorDictionary.Other;
        return new(
            $"{key.Value}.{name}", match.Entry.Severity, match.Entry.Owner, [field ?? match.Entry.Field], [], Raw(code, text));
    }

    public bool IsAboutTheShop(MarketplaceKey key, string code) => marketplaces.Errors(key).Find(code, null).Entry.Class == "account";

    /// <summary>What stands beside a sighting: the reasons of a refusal. An unknown status word is a reason of its own, for staff.</summary>
    public IReadOnlyList<IssueFinding> OfSeen(MarketplaceKey key, SeenItem item)
    {
        var findings = item.Reasons.Select(r => Of(key, r.Code, r.Message, r.Field)).ToList();
        if (item.Status == SeenStatus.NeedsAttention)
        {
            findings.Add(new("unknown_status", Severity.Blocking, Party.Staff, ["state"], [], item.StatusRaw));
        }
        else if (item.Status == SeenStatus.Rejected && findings.Count == 0)
        {
            findings.Add(new("rejected_without_reason", Severity.Blocking, Party.Staff, ["state"], [], item.StatusRaw));
        }

        return findings;
    }

    private static string? Raw(string? code, string? text) =>
        string.Join(": ", new[] { code, text }.Where(t => !string.IsNullOrWhiteSpace(t))) is { Length: > 0 } raw ? raw : null;
}
