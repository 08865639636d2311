using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests;

/// <summary>Row S1: whoever asks for another's row is answered as for one that does not exist. Addresses with an id are found in the running
/// program; ids of all tables are tried in each.</summary>
public sealed partial class ForeignIdTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private const long Nobodys = 987_654;

    /// <summary>Names by which another's rows would be known on a page.</summary>
    private const string Names = """
        SELECT name FROM product WHERE producer_id <> @own UNION SELECT name FROM producer WHERE id <> @own
        UNION SELECT shop_name FROM seller_account WHERE producer_id <> @own
        EXCEPT (SELECT name FROM product WHERE producer_id = @own UNION SELECT name FROM producer WHERE id = @own UNION SELECT shop_name FROM seller_account WHERE producer_id = @own)
        """;

    [Theory]
    [InlineData(PersonRole.Business, "producer:1")]
    [InlineData(PersonRole.Staff, "units:01")]
    [InlineData(PersonRole.Viewer, "units:01")]
    public async Task Anothers_id_is_answered_as_one_that_does_not_exist(PersonRole role, string scope)
    {
        Assert.True(DataScope.TryParse(scope, out var reach));
        var login = await portal.People.PutAsync(role, $"foreign-{role}@test.example", reach);
        using var visitor = await portal.People.SignedInAsync(role, login);
        var names = await portal.QueryAsync<string>(Names, new { own = role == PersonRole.Business ? 1 : 0 });
        var token = Visitor.Token(await visitor.PageAsync("/tai-khoan"));
        var (hidden, shown) = (0, 0);
        foreach (var (method, pattern) in WithId())
        {
            var missing = await AskAsync(visitor, method, pattern, Nobodys, token);
            for (var id = 1L; id <= 70; id++)
            {
                var (status, body) = await AskAsync(visitor, method, pattern, id, token);
                if (status == HttpStatusCode.OK)
                {
                    shown++;
                    var foreign = names.FirstOrDefault(n => body.Contains(WebUtility.HtmlEncode(n), StringComparison.Ordinal) || body.Contains(n, StringComparison.Ordinal));
                    Assert.True(foreign is null, $"{method} {pattern} {id} shows {foreign}");
                }
                else
                {
                    hidden++;
                    Assert.Equal((method, pattern, id, missing), (method, pattern, id, (status, body)));
                }
            }
        }

        Assert.True(hidden > 200, $"{hidden} were hidden.");
        Assert.Equal(role == PersonRole.Business, shown > 3); // the own ones; runs are staff's
    }

    /// <summary>Ids in the query, too: a page that takes one shows no more than without.</summary>
    [Fact]
    public async Task Nothing_of_anothers_is_shown_for_an_id_in_the_query()
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business);
        var names = await portal.QueryAsync<string>(Names, new { own = 1 });
        foreach (var parameter in HostileQueryTests.Parameters)
        {
            var (path, name) = ((string)parameter[0], (string)parameter[1]);
            for (var id = 1; id <= 12 && name.Length > 0; id++)
            {
                var body = await visitor.PageAsync($"{path}?{name}={id}");
                var foreign = names.FirstOrDefault(n => body.Contains(n, StringComparison.Ordinal));
                Assert.True(foreign is null, $"{path}?{name}={id} shows {foreign}");
            }
        }
    }

    private IEnumerable<(string Method, string Pattern)> WithId()
    {
        var found = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.Parameters.Any(p => p.ParameterPolicies.Any(c => c.Content is "long" or "int")) && !e.RoutePattern.RawText!.StartsWith("/loi", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(m => m != "HEAD").Select(m => (m, e.RoutePattern.RawText!))).Distinct().ToList();
        Assert.Contains(found, f => f.Item2.Contains("san-pham", StringComparison.Ordinal));
        Assert.Contains(found, f => f.m == "POST");
        return found;
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(Visitor visitor, string method, string pattern, long id, string token)
    {
        var path = Parameter().Replace("/" + pattern.TrimStart('/'), id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var request = new HttpRequestMessage(new(method), path);
        if (method == "POST")
        {
            request.Content = new FormUrlEncodedContent([new("_handler", "none"), new("__RequestVerificationToken", token)]);
        }

        using var answer = await visitor.Client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.OK ? body : Changing().Replace(body.Replace(path, "", StringComparison.Ordinal).Replace(Uri.EscapeDataString(path), "", StringComparison.Ordinal), ""));
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    /// <summary>Proofs of forms, clock and the code of the request.</summary>
    [GeneratedRegex("""value="[\w-]{60,}"|\d\d:\d\d|\b[0-9a-f]{16}\b""", RegexOptions.None, 1000)]
    private static partial Regex Changing();
}
