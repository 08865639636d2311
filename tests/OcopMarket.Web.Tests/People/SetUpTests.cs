using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>An installation in which nobody is yet.</summary>
public sealed class BarePortal : StrictPortal
{
    protected override bool HasPeople => false;

    public async Task<string> OfferAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<FirstStart>().OfferAsync(CancellationToken.None))?.PathAndQuery ?? "";
    }
}

/// <summary>Row S11: no default account; the first admin comes by a link that works once.</summary>
public sealed class SetUpTests : IAsyncLifetime
{
    private readonly BarePortal _portal = new();

    public Task InitializeAsync() => _portal.InitializeAsync();

    public Task DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("admin", "admin")]
    [InlineData("admin@example.com", "password")]
    [InlineData("root", "root")]
    [InlineData("ocop", "ocop")]
    [InlineData("", "")]
    public async Task Nobody_can_sign_in_before_the_first_admin_is_made(string login, string password)
    {
        using var visitor = _portal.NewVisitor();

        var answer = await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", password));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(HttpStatusCode.Found, await visitor.StatusAsync("/"));
        Assert.Equal(0, await _portal.CountAsync("identity.session"));
    }

    [Fact]
    public async Task Of_two_who_set_up_at_the_same_time_by_links_of_two_starts_one_wins()
    {
        var links = new[] { await _portal.OfferAsync(), await _portal.OfferAsync() };

        var racers = new List<(Visitor Visitor, string Link, string Token)>();
        for (var n = 0; n < 6; n++)
        {
            var visitor = _portal.NewVisitor();
            racers.Add((visitor, links[n % 2], Visitor.Token(await visitor.Client.GetStringAsync(links[n % 2]))));
        }

        var answers = await Task.WhenAll(racers.Select((r, n) => r.Visitor.SendAsync(
            r.Link, "setup", r.Token, ("name", "Quản trị"), ("user", $"a{n}@test.example"), ("password", TestPeople.Password))));
        racers.ForEach(r => r.Visitor.Dispose());

        Assert.Equal(1, await _portal.CountAsync("identity.person"));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Found);
        Assert.Equal("", await _portal.OfferAsync());
        Assert.Contains("đã dùng", (await SetUpAsync(links[1], "late@test.example", isOpen: false)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_expires_is_kept_as_a_hash_and_cannot_be_guessed()
    {
        var link = await _portal.OfferAsync();
        var secret = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];
        Assert.True(secret.Length >= 43, "256 bits in base 64");
        Assert.Equal(32, await _portal.ScalarAsync<int>("SELECT length(hash) FROM identity.link"));
        Assert.DoesNotContain(secret, await _portal.ScalarAsync<string>("SELECT string_agg(l::text, ' ') FROM identity.link l"), StringComparison.Ordinal);

        _portal.Clock.Advance(TimeSpan.FromHours(25));

        Assert.Contains("hết hạn", (await SetUpAsync(link, "late@test.example", isOpen: false)).Html, StringComparison.Ordinal);
        Assert.Equal(0, await _portal.CountAsync("identity.person"));
    }

    [Fact]
    public async Task The_first_admin_sees_nothing_before_the_second_factor()
    {
        using var visitor = _portal.NewVisitor();
        var link = await _portal.OfferAsync();

        var answer = await visitor.SubmitAsync(
            link, "setup", ("name", "Quản trị"), ("user", "first@test.example"), ("password", TestPeople.Password));

        Assert.Equal(HttpStatusCode.Found, answer.Status);
        using var next = await visitor.Client.GetAsync("/");
        Assert.Equal("/tai-khoan/buoc-hai", next.Headers.Location?.OriginalString);
        Assert.Equal("admin all", await _portal.ScalarAsync<string>("SELECT role || ' ' || scope FROM identity.person"));
    }

    [Theory]
    [InlineData("short", "ngắn")]
    [InlineData("password123456", "đoán được")]
    [InlineData("aaaaaaaaaaaaaaaa", "đoán được")]
    [InlineData("xx first xx 12", "tên đăng nhập")]
    public async Task A_password_that_everybody_tries_first_is_refused_and_the_link_stays_good(string password, string said)
    {
        var link = await _portal.OfferAsync();

        var answer = await SetUpAsync(link, "first@test.example", password);

        Assert.Contains(said, answer.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await SetUpAsync(link, "first@test.example")).Status);
    }

    private async Task<Answer> SetUpAsync(string link, string login, string password = TestPeople.Password, bool isOpen = true)
    {
        using var visitor = _portal.NewVisitor();
        if (!isOpen)
        {
            return new(HttpStatusCode.OK, null, await visitor.PageAsync(link));
        }

        return await visitor.SubmitAsync(link, "setup", ("name", "Quản trị"), ("user", login), ("password", password));
    }
}
