using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sellers;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Parts;

/// <summary>Choices of the filters, as stored value and word.</summary>
internal static class FilterOptions
{
    public static readonly string[] Certificates = ["valid", "renewal", "grace", "expired", "unknown", "potential", "withdrawn", "none"];

    public static IEnumerable<(string Value, string Text)> States(Texts texts) =>
        StateWord.InOrder.Select(s => (Words.Of(s), texts[StateWord.Of(Words.Of(s)).Key]));

    public static IEnumerable<(string Value, string Text)> Marketplaces(PlatformWords platforms) =>
        platforms.Keys.Select(k => (k, platforms.Name(k)));

    public static IEnumerable<(string Value, string Text)> Owners(Texts texts) =>
        Words.All<Party>().Select(p => (p, texts.Word("owner", p)));

    public static IEnumerable<(string Value, string Text)> Accounts(Texts texts) =>
        Words.All<AccountState>().Select(s => (s, texts.Word("account", s)));
}
