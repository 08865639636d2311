using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OcopMarket.Web.Tests.Api;

/// <summary>Row S54: what is published is what runs.</summary>
public sealed partial class ApiDocumentTests(EmptyPortal portal) : IClassFixture<EmptyPortal>
{
    [Fact]
    public async Task The_routes_that_run_are_the_paths_of_the_document()
    {
        using var nobody = new ApiCaller(portal.Address, null);
        var document = (await nobody.GetAsync("/api/v1/openapi.json")).Body;
        var written = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));
        var running = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => $"/{e.RoutePattern.RawText!.TrimStart('/')}".StartsWith("/api", StringComparison.OrdinalIgnoreCase))
            .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(
                m => $"{m} {Constraint().Replace(e.RoutePattern.RawText!, "}")}"));

        Assert.Equal(
            running.Where(r => r != "GET /api/v1/openapi.json").Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal(10, written.Count());
    }

    [Fact]
    public async Task The_document_says_how_to_come_in_what_is_taken_and_what_comes_back()
    {
        using var nobody = new ApiCaller(portal.Address, null);
        var document = (await nobody.GetAsync("/api/v1/openapi.json")).Body;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
        var list = document.GetProperty("paths").GetProperty("/api/v1/listings").GetProperty("get");
        var names = list.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString());
        Assert.Equal(["marketplace", "state", "owner", "issue", "account", "product", "late", "limit", "cursor"], names);
        Assert.Equal(["200", "400", "401", "403", "429", "503"], list.GetProperty("responses").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal));
        var one = document.GetProperty("paths").GetProperty("/api/v1/listings/{id}").GetProperty("get");
        Assert.Contains(one.GetProperty("responses").EnumerateObject(), r => r.Name == "404");
        var shape = document.GetProperty("components").GetProperty("schemas").GetProperty("ListingItem").GetProperty("properties");
        Assert.True(shape.TryGetProperty("seen", out _) && shape.TryGetProperty("contract", out _));
    }

    [GeneratedRegex(@":\w+\}")]
    private static partial Regex Constraint();
}
