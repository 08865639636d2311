using Microsoft.AspNetCore.Components;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Pages;

/// <summary>A page that changes who may come in. Whoever opens it, or sends its form, proved a moment ago who they are, or is asked to.</summary>
public abstract class SensitivePage : PortalComponent
{
    [Inject]
    private SessionCookie Sessions { get; set; } = null!;

    [Inject]
    protected NavigationManager Nav { get; set; } = null!;

    /// <summary>Nothing may be shown or done otherwise.</summary>
    protected bool IsFresh { get; private set; }

    protected sealed override async Task OnInitializedAsync()
    {
        IsFresh = Sessions.IsFresh(User);
        if (IsFresh)
        {
            await LoadAsync();
        }
        else
        {
            Nav.NavigateTo(Urls.With("/tai-khoan/xac-nhan", ("ve", Http.Request.Path + Http.Request.QueryString)));
        }
    }

    protected virtual Task LoadAsync() => Task.CompletedTask;
}
