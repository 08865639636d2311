using System.Globalization;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Hosting;

/// <summary>Who asks now, as the audit names people: by number, not by name, from which address, in which request.</summary>
internal sealed class Doer(IHttpContextAccessor http)
{
    public Actor Now
    {
        get
        {
            var by = Of(http.HttpContext?.User.PersonId());
            return by with { Shown = http.HttpContext?.User.Identity?.Name ?? by.Name };
        }
    }

    /// <param name="person">Null: nobody who signed in.</param>
    public Actor Of(long? person) => new(
        person is { } id ? string.Create(CultureInfo.InvariantCulture, $"person {id}") : http.HttpContext is null ? "portal" : "somebody",
        http.HttpContext is { } context ? $"portal, {context.Connection.RemoteIpAddress}" : "portal",
        http.HttpContext?.TraceIdentifier,
        person);
}
