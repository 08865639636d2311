using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Api;

/// <summary>Why a request to the API was not answered, as RFC 9457 writes it.</summary>
/// <param name="Type"><c>urn:ocopmarket:problem:</c> and the code.</param>
/// <param name="Title">A sentence in the reader's language.</param>
/// <param name="Detail">Which parameter, and what it may be; absent where there is nothing to add.</param>
/// <param name="Code">Stays the same in every language and version.</param>
/// <param name="CorrelationId">To be named to whoever looks after the installation; stands in its log, too.</param>
public sealed record ApiProblemBody(string Type, string Title, int Status, string? Detail, string Code, string CorrelationId);

/// <param name="Code">Has a sentence among the words: <c>api.error.CODE</c>.</param>
/// <param name="Detail">Names of parameters and words only; nothing of the database.</param>
internal sealed record ApiProblem(int Status, string Code, string? Detail = null) : IResult
{
    public const string MediaType = "application/problem+json";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The same for a row that does not exist and for one of somebody else's.</summary>
    public static ApiProblem NotFound { get; } = new(StatusCodes.Status404NotFound, "not_found");

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, this);

    public static Task WriteAsync(HttpContext http, ApiProblem problem)
    {
        var language = ApiLanguage.Of(http);
        http.Response.StatusCode = problem.Status;
        http.Response.Headers.ContentLanguage = language;
        var body = new ApiProblemBody(
            $"urn:ocopmarket:problem:{problem.Code}", Texts.Get($"api.error.{problem.Code}", language)!, problem.Status, problem.Detail, problem.Code,
            http.TraceIdentifier);
        return http.Response.WriteAsJsonAsync(body, _json, MediaType, http.RequestAborted);
    }

    /// <summary>What a status without a body means.</summary>
    public static ApiProblem Of(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "address_unknown"),
        StatusCodes.Status429TooManyRequests => new(status, "too_many"),
        >= 500 => new(status, "failed"),
        _ => new(status, "refused"),
    };

    public static string Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Vietnamese, unless the request likes English better.</summary>
internal static class ApiLanguage
{
    /// <returns><c>vi</c> or <c>en</c>.</returns>
    public static string Of(HttpContext http)
    {
        var liked = http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => Tag(l.Value.Value));
        return liked.FirstOrDefault(t => t is "vi" or "en") ?? "vi";
    }

    private static string Tag(string? value) => (value ?? "").Split('-')[0].ToLowerInvariant();
}
