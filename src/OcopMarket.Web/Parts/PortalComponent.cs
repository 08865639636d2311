using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Parts;

/// <summary>What every page and part has at hand: words, clock, platforms' names.</summary>
public abstract class PortalComponent : ComponentBase
{
    [Inject]
    protected Texts T { get; set; } = null!;

    [Inject]
    protected PlatformWords Platforms { get; set; } = null!;

    [Inject]
    protected IIssueTexts IssueTexts { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IHttpContextAccessor Accessor { get; set; } = null!;

    protected HttpContext Http => Accessor.HttpContext!;
    protected ClaimsPrincipal User => Http.User;
    protected CancellationToken Stop => Http.RequestAborted;
    protected DateTimeOffset Now => Time.GetUtcNow();
    protected DateOnly Today => VietnamDay.Of(Now);

    /// <summary>The row asked for is not there: the answer says so and the page shows it.</summary>
    protected void NotThere() => Http.Response.StatusCode = StatusCodes.Status404NotFound;

    protected string Sentence(string code, IReadOnlyList<string>? args, string? raw) =>
        IssueTexts.Describe(code, args ?? [], raw, T.Language).Sentence;
}
