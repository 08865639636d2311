using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace OcopMarket.Web.Hosting;

/// <summary>A page that takes what a form posts. All others only show: they are asked with GET and HEAD alone.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesFormsAttribute : Attribute;

internal static class TakesForms
{
    private static readonly HttpMethodMetadata _shows = new(["GET", "HEAD"]);
    private static readonly HttpMethodMetadata _takes = new(["GET", "HEAD", "POST"]);

    public static void Only(EndpointBuilder endpoint)
    {
        var page = endpoint.Metadata.OfType<ComponentTypeMetadata>().FirstOrDefault()?.Type;
        if (page is null)
        {
            return;
        }

        for (var i = endpoint.Metadata.Count - 1; i >= 0; i--)
        {
            if (endpoint.Metadata[i] is IHttpMethodMetadata)
            {
                endpoint.Metadata.RemoveAt(i);
            }
        }

        endpoint.Metadata.Add(Attribute.IsDefined(page, typeof(TakesFormsAttribute)) ? _takes : _shows);
    }
}
