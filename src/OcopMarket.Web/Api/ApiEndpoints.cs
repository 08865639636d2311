using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Reading.Feeds;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Api;

/// <summary>The API: lists in the order of ids and one row by id, to be read with a key. Whose rows these are is said by the scope of the key, in
/// the statements and in the database.</summary>
internal static class ApiEndpoints
{
    public const string Version = "v1";

    public static void MapApi(this WebApplication app)
    {
        var marketplaces = new ApiParameter(
            "marketplace", ApiParameterKind.Word, "Key of a marketplace.", [.. app.Services.GetRequiredService<PlatformWords>().Keys]);
        var state = new ApiParameter("state", ApiParameterKind.Word, "State of a listing.", Words.All<ListingState>());
        var owner = new ApiParameter("owner", ApiParameterKind.Word, "Who acts next.", Words.All<Party>());
        var api = app.MapGroup($"{ApiAnswers.Root}/{Version}");

        api.MapList<ProductItem>(ApiResource.Products, ProductsAsync,
            new("search", ApiParameterKind.Text, "In names of products and producers; accents may be left out."),
            new("stars", ApiParameterKind.Number, "Stars of the certification that counts."),
            new("certificate", ApiParameterKind.Word, "Where that certification stands today.", FilterOptions.Certificates),
            new("group", ApiParameterKind.Number, "Criteria set, 1-26; 0: not known."),
            marketplaces with { Description = "With a listing on this marketplace." },
            state with { Description = "With a listing in this state." });
        api.MapOne<ProductDetailItem>(ApiResource.Products, ProductAsync);

        api.MapList<ListingItem>(ApiResource.Listings, ListingsAsync,
            marketplaces, state, owner,
            new("issue", ApiParameterKind.Text, "With an open issue of this code."),
            new("account", ApiParameterKind.Number, "In this shop."),
            new("product", ApiParameterKind.Number, "Of this product."),
            new("late", ApiParameterKind.Flag, "Only those past their due date."));
        api.MapOne<ListingItem>(ApiResource.Listings, ListingAsync);

        api.MapList<AccountItem>(ApiResource.Accounts, AccountsAsync,
            marketplaces, state with { Description = "State of the shop.", Words = Words.All<AccountState>() });
        api.MapOne<AccountItem>(ApiResource.Accounts, AccountAsync);

        api.MapList<RunItem>(ApiResource.Runs, RunsAsync, new ApiParameter("source", ApiParameterKind.Text, "Key of a source."));
        api.MapOne<RunDetailItem>(ApiResource.Runs, RunAsync);

        api.MapList<IssueItem>(ApiResource.Issues, IssuesAsync,
            marketplaces, owner,
            new("severity", ApiParameterKind.Word, "How grave.", Words.All<Severity>()),
            new("code", ApiParameterKind.Text, "Of this code."),
            new("listing", ApiParameterKind.Number, "Of this listing."));
        api.MapOne<IssueItem>(ApiResource.Issues, IssueAsync);

        app.MapOpenApi($"{ApiAnswers.Root}/{Version}/openapi.json").AllowAnonymous();
    }

    private static void MapList<T>(this RouteGroupBuilder api, ApiResource resource, Delegate handler, params ReadOnlySpan<ApiParameter> filters) =>
        api.MapRead(resource, "", handler, new(resource,
        [
            .. filters,
            new("limit", ApiParameterKind.Size, "Rows of one answer."),
            new("cursor", ApiParameterKind.Cursor, "What the answer before gave as next."),
        ])).Produces<ApiList<T>>().WithName($"list{resource}");

    private static void MapOne<T>(this RouteGroupBuilder api, ApiResource resource, Delegate handler) =>
        api.MapRead(resource, "/{id:long}", handler, new(null, [])).Produces<T>()
            .Produces<ApiProblemBody>(StatusCodes.Status404NotFound, ApiProblem.MediaType).WithName($"get{resource}");

    private static RouteHandlerBuilder MapRead(
        this RouteGroupBuilder api, ApiResource resource, string rest, Delegate handler, ApiParameters parameters)
    {
        var route = api.MapGet($"/{Words.Of(resource)}{rest}", handler).WithMetadata(parameters).WithTags(Words.Of(resource))
            .RequireAuthorization(Policies.Reads(resource)).AddEndpointFilter(PrepareAsync);
        foreach (var status in (int[])[400, 401, 403, 429, 503])
        {
            route.Produces<ApiProblemBody>(status, ApiProblem.MediaType);
        }

        return route;
    }

    private static async ValueTask<object?> PrepareAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.RequestServices.GetRequiredService<ApiLimits>().Take(http) is { } wait)
        {
            return wait;
        }

        var query = new ApiQuery();
        if (query.Read(http.Request.Query, http.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiParameters>()) is { } fault)
        {
            return fault;
        }

        http.Features.Set(query);
        return await next(context);
    }

    private static async Task<IResult> ProductsAsync(HttpContext http, ProductFeed feed, TimeProvider time)
    {
        var q = ApiQuery.Of(http);
        var filter = new ProductFilter(
            q.Text("search"), q.Small("stars"), q.Text("certificate"), q.Small("group"), q.Text("marketplace"), q.Text("state"));
        return List(ApiResource.Products, await feed.ListAsync(filter, q.Place, VietnamDay.Of(time.GetUtcNow()), http.RequestAborted), ApiShapes.Of);
    }

    private static async Task<IResult> ProductAsync(long id, HttpContext http, ProductDetailQueries queries) =>
        One(await queries.GetAsync(id, http.RequestAborted), ApiShapes.Of);

    private static async Task<IResult> ListingsAsync(HttpContext http, ListingFeed feed, ApiShapes shapes, TimeProvider time)
    {
        var q = ApiQuery.Of(http);
        var filter = new ListingFilter(
            q.Text("marketplace"), q.Text("state"), q.Text("owner"), q.Text("issue"), q.Number("account"), q.Flag("late"));
        return List(
            ApiResource.Listings, await feed.ListAsync(filter, q.Number("product"), q.Place, time.GetUtcNow(), http.RequestAborted), shapes.Of);
    }

    private static async Task<IResult> ListingAsync(long id, HttpContext http, ListingFeed feed, ApiShapes shapes) =>
        One(await feed.OneAsync(id, http.RequestAborted), shapes.Of);

    private static async Task<IResult> AccountsAsync(HttpContext http, AccountFeed feed, ApiShapes shapes, TimeProvider time)
    {
        var q = ApiQuery.Of(http);
        var page = await feed.ListAsync(q.Text("marketplace"), q.Text("state"), q.Place, VietnamDay.Of(time.GetUtcNow()), http.RequestAborted);
        return List(ApiResource.Accounts, page, a => shapes.Of(a, ApiLanguage.Of(http)));
    }

    private static async Task<IResult> AccountAsync(long id, HttpContext http, AccountFeed feed, ApiShapes shapes, TimeProvider time) => One(
        await feed.OneAsync(id, VietnamDay.Of(time.GetUtcNow()), http.RequestAborted), a => shapes.Of(a, ApiLanguage.Of(http)));

    /// <summary>The newest first: the cursor leads back in time.</summary>
    private static async Task<IResult> RunsAsync(HttpContext http, RunQueries queries)
    {
        var q = ApiQuery.Of(http);
        var rows = await queries.RecentAsync(q.Text("source"), q.Place.After, q.Place.Size + 1, http.RequestAborted);
        return List(ApiResource.Runs, q.Place.Cut(rows, r => r.Id), r => ApiShapes.Of(r, ApiLanguage.Of(http)));
    }

    private static async Task<IResult> RunAsync(long id, HttpContext http, RunQueries queries) =>
        One(await queries.OneAsync(id, http.RequestAborted), r => ApiShapes.Of(r, ApiLanguage.Of(http)));

    private static async Task<IResult> IssuesAsync(HttpContext http, IssueFeed feed, ApiShapes shapes)
    {
        var q = ApiQuery.Of(http);
        var filter = new IssueFilter(q.Text("marketplace"), q.Text("owner"), q.Text("severity"), q.Text("code"), q.Number("listing"));
        return List(ApiResource.Issues, await feed.ListAsync(filter, q.Place, http.RequestAborted), i => shapes.Of(i, ApiLanguage.Of(http)));
    }

    private static async Task<IResult> IssueAsync(long id, HttpContext http, IssueFeed feed, ApiShapes shapes) =>
        One(await feed.OneAsync(id, http.RequestAborted), i => shapes.Of(i, ApiLanguage.Of(http)));

    private static IResult List<TRow, TItem>(ApiResource resource, FeedPage<TRow> page, Func<TRow, TItem> shape) => Results.Ok(
        new ApiList<TItem>([.. page.Rows.Select(shape)], page.Next is { } last ? ApiCursor.Write(resource, last) : null));

    private static IResult One<TRow, TItem>(TRow? row, Func<TRow, TItem> shape)
        where TRow : class =>
        row is null ? ApiProblem.NotFound : Results.Ok(shape(row));
}
