using Microsoft.AspNetCore.Http;
using OcopMarket.Core.People;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.People;

/// <summary>Who does something in the portal, for the audit: the number of the person, whom a name may not tell apart, and the address.</summary>
internal static class RequestActor
{
    public static Actor Actor(this HttpContext http) => new(
        $"person {Urls.Text(http.User.PersonId() ?? 0)}", http.Connection.RemoteIpAddress?.ToString() ?? "unknown", http.Correlation());
}
