using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
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
        Api = new() { RequestsPerMinute = 1_000_000, RequestsPerAddress = 1_000_000 },
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

    /// <summary>A personal key of somebody with this role, of a new person each time unless one is named.</summary>
    public async Task<string> KeyAsync(PersonRole role, string? login = null)
    {
        var name = await PutAsync(role, login ?? $"{Words.Of(role)}-{Guid.NewGuid():N}@test.example");
        await using var inner = services.CreateAsyncScope();
        var person = await inner.ServiceProvider.GetRequiredService<UserManager<Person>>().FindByNameAsync(name);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return await services.GetRequiredService<ApiKeyStore>().MakeAsync(
            new("thử", person!.Id, null, null, person.Id, now, now + TimeSpan.FromDays(30)), new("test", "test"), CancellationToken.None)
            ?? throw new InvalidOperationException("No key was made.");
    }

    /// <summary>A program's key, for which the admin answers.</summary>
    public async Task<string> ServiceKeyAsync(DataScope scope, params string[] resources)
    {
        var name = await PutAsync(PersonRole.Admin, $"owner-{Guid.NewGuid():N}@test.example");
        await using var inner = services.CreateAsyncScope();
        var person = await inner.ServiceProvider.GetRequiredService<UserManager<Person>>().FindByNameAsync(name);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return await services.GetRequiredService<ApiKeyStore>().MakeAsync(
            new("thử", person!.Id, scope, resources, person.Id, now, now + TimeSpan.FromDays(30)), new("test", "test"), CancellationToken.None)
            ?? throw new InvalidOperationException("No key was made.");
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
