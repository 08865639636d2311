using OcopMarket.Core.People;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.Text;

/// <summary>Whose rows somebody reaches, in words.</summary>
internal static class ScopeText
{
    public static string Of(Texts texts, DataScope scope) =>
        scope == DataScope.All ? texts["scope.all"]
        : scope.ProducerId is { } id ? texts["scope.producer", Urls.Text(id)]
        : scope.Units.Count > 0 ? texts["scope.units", string.Join(", ", scope.Units)]
        : texts["scope.none"];
}
