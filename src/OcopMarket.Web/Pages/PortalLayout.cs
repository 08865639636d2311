using Microsoft.AspNetCore.Components;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.Pages;

/// <summary>The frame around every page: navigation, language, and the banner of demo mode.</summary>
public abstract class PortalLayout : PortalComponent
{
    /// <summary>Address, icon, word, and whether only a desk has room for it.</summary>
    protected static readonly (string Path, string Icon, string Key, bool Desk)[] Menu =
    [
        ("/", "home", "nav.overview", false),
        ("/van-de", "list", "nav.issues", false),
        ("/san-pham", "box", "nav.products", false),
        ("/tin-dang", "sent", "nav.listings", true),
        ("/gian-hang", "shop", "nav.shops", false),
        ("/dot-chay", "sync", "nav.runs", false),
    ];

    protected bool Demo => Http.IsDemo();

    [Parameter]
    public RenderFragment? Body { get; set; }

    protected bool IsHere(string path) =>
        path == "/" ? Http.Request.Path == "/" : Http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal);

    protected string LanguageLink(string language) => Urls.With($"/language/{language}", ("ve", Http.Request.Path + Http.Request.QueryString));
}
