using Microsoft.AspNetCore.Components;
using OcopMarket.Core.People;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Pages;

/// <summary>The frame around every page: navigation, language, and the banner of demo mode.</summary>
public abstract class PortalLayout : PortalComponent
{
    private static readonly MenuItem[] _menu =
    [
        new("/", "home", "nav.overview", false, null),
        new("/van-de", "list", "nav.issues", false, null),
        new("/san-pham", "box", "nav.products", false, null),
        new("/ke-hoach", "sent", "nav.plans", true, null) { ForViewers = false },
        new("/tin-dang", "flag", "nav.listings", true, null),
        new("/gian-hang", "shop", "nav.shops", false, null),
        new("/dot-chay", "sync", "nav.runs", false, PersonRole.Viewer),
        new("/tam-giu", "held", "nav.holds", true, PersonRole.Viewer),
        new("/yeu-cau-du-lieu", "doc", "nav.subjects", true, null) { ForViewers = false },
        new("/nguoi-dung", "user", "nav.people", true, PersonRole.Admin),
    ];

    /// <summary>What this person may open. Roles stand in the order of what they may do.</summary>
    protected IEnumerable<MenuItem> Menu => User.Role() is { } role ? _menu.Where(m => (m.From is null || role >= m.From) && (m.ForViewers || role != PersonRole.Viewer)) : [];

    protected bool Demo => Http.IsDemo();

    [Parameter]
    public RenderFragment? Body { get; set; }

    protected bool IsHere(string path) =>
        path == "/" ? Http.Request.Path == "/" : Http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal);

    /// <summary>What a platform sent back is carried nowhere.</summary>
    protected string LanguageLink(string language) => Urls.With(
        $"/language/{language}", ("ve", IsHere("/ket-noi") ? Http.Request.Path : Http.Request.Path + Http.Request.QueryString));
}

/// <param name="Key">Its word.</param>
/// <param name="Desk">Only a desk has room for it.</param>
/// <param name="From">The least role that may open it; null: all.</param>
public sealed record MenuItem(string Path, string Icon, string Key, bool Desk, PersonRole? From)
{
    public bool ForViewers { get; init; } = true;
}
