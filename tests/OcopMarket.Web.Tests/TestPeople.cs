using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests;

/// <summary>People of a portal under test, made as the demo makes its own, and signed in through the real form.</summary>
public sealed class TestPeople(IServiceProvider services, Uri address)
{
    public const string Password = "thuyen xuoi cho noi 7";

    /// <summary>The same for all portals of a test run: what one seals another opens.</summary>
    public static byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];

    /// <summary>A cheap hash, and limits that no test meets by chance.</summary>
    public static PortalSettings Quick { get; } = new()
    {
        RequestsPerMinute = 1_000_000,
        SignIn = new() { HashRounds = 1000, TriesPerAddress = 100_000, TriesInAll = 1_000_000 },
    };

    public static DataScope ScopeOf(PersonRole role) => role switch
    {
        PersonRole.Business => DataScope.Producer(1),
        PersonRole.Admin => DataScope.All,
        _ => DataScope.OfUnits(["84"]),
    };

    public static string LoginOf(PersonRole role) => $"{Words.Of(role)}@test.example";

    public async Task<string> PutAsync(PersonRole role, string? login = null, DataScope? scope = null)
    {
        var name = login ?? LoginOf(role);
        await using var inner = services.CreateAsyncScope();
        await inner.ServiceProvider.GetRequiredService<FirstStart>()
            .PutAsync(name, $"Người {Words.Of(role)}", role, scope ?? ScopeOf(role), Password, CancellationToken.None);
        return name;
    }

    /// <param name="login">Null: one person per role, shared by all who ask.</param>
    public async Task<Visitor> SignedInAsync(PersonRole role, string? login = null)
    {
        var visitor = new Visitor(address);
        var answer = await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", await PutAsync(role, login)), ("password", Password));
        Assert.True(answer.Status == HttpStatusCode.Found, $"{answer.Status} {answer.Html}");
        return visitor;
    }
}
