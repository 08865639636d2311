using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.People;
using OcopMarket.Web.Tests.People;

namespace OcopMarket.Web.Tests.Api;

/// <summary>Row S54: how keys are made and ended on the pages.</summary>
public sealed partial class ApiKeyPageTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData(PersonRole.Business)]
    [InlineData(PersonRole.Viewer)]
    [InlineData(PersonRole.Staff)]
    [InlineData(PersonRole.Admin)]
    public async Task Everybody_makes_a_key_that_is_shown_once_works_and_can_be_ended(PersonRole role)
    {
        var login = $"maker-{Words.Of(role)}@test.example";
        using var visitor = await portal.People.SignedInAsync(role, login);

        var made = await visitor.SubmitAsync("/tai-khoan/khoa-api", "new", ("name", "bảng tính"), ("days", "90"));
        var key = Key().Match(made.Html).Value;

        using var caller = new ApiCaller(portal.Address, key);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/products")).Status);
        var page = await visitor.PageAsync("/tai-khoan/khoa-api");
        Assert.DoesNotContain(key, page, StringComparison.Ordinal);
        Assert.Contains($"...{key[^4..]}", page, StringComparison.Ordinal);
        Assert.Contains("Dùng gần nhất", page, StringComparison.Ordinal);

        var id = await IdAsync(login);
        Assert.Contains("Khóa đã ngừng", (await visitor.SubmitAsync("/tai-khoan/khoa-api", $"end-{id}")).Html, StringComparison.Ordinal);
        Assert.Equal("key_ended", (await caller.GetAsync("/api/v1/products")).Code);
        Assert.Equal(
            ["api_key.make", "api_key.end"],
            await portal.QueryAsync<string>(
                """
                SELECT action FROM audit WHERE actor = 'person ' || (SELECT id FROM identity.person WHERE user_name = @login)
                  AND (coalesce(after, before) ->> 'id')::bigint = @id AND origin LIKE 'portal, %' AND correlation ~ '^[0-9a-f]{16}$' ORDER BY audit.id
                """,
                new { login, id }));
    }

    /// <summary>Whoever had got in may have made one.</summary>
    [Fact]
    public async Task Signing_out_everywhere_ends_the_keys_that_somebody_made_for_themselves()
    {
        const string Login = "everywhere-keys@test.example";
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, Login);
        var key = Key().Match((await visitor.SubmitAsync("/tai-khoan/khoa-api", "new", ("name", "bảng tính"), ("days", "90"))).Html).Value;
        using var caller = new ApiCaller(portal.Address, key);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/products")).Status);

        await visitor.SubmitAsync("/tai-khoan", "everywhere");

        Assert.Equal("key_ended", (await caller.GetAsync("/api/v1/products")).Code);
        Assert.Equal(1, await portal.CountAsync($"audit WHERE action = 'api_key.end' AND before->>'ownerId' = (SELECT id::text FROM identity.person WHERE user_name = '{Login}')"));
    }

    [Fact]
    public async Task A_key_is_ended_by_its_owner_or_an_admin_and_by_nobody_else()
    {
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Viewer, "whose@test.example"));
        var id = await IdAsync("whose@test.example");
        using var other = await portal.People.SignedInAsync(PersonRole.Staff, "other@test.example");
        var token = Visitor.Token(await other.Client.GetStringAsync("/tai-khoan/khoa-api"));

        await other.SendAsync("/tai-khoan/khoa-api", $"end-{id}", token);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.SendAsync("/khoa-api", $"end-{id}", token)).Status);
        var stranger = await portal.ScalarAsync<long>("SELECT id FROM identity.person WHERE user_name = 'other@test.example'");
        Assert.False(await portal.Services.GetRequiredService<ApiKeyStore>().EndAsync(
            id, stranger, new("test", "test"), DateTimeOffset.UtcNow, CancellationToken.None));
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/products")).Status);

        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        await admin.SubmitAsync("/khoa-api", $"end-{id}");
        Assert.Equal("key_ended", (await caller.GetAsync("/api/v1/products")).Code);
    }

    [Fact]
    public async Task An_admin_makes_a_key_for_a_program()
    {
        await portal.People.PutAsync(PersonRole.Staff, "answers@test.example");
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);

        var made = await admin.SubmitAsync(
            "/khoa-api", "service", ("name", "Cổng dữ liệu tỉnh"), ("owner", "Answers@test.example"), ("reach", "producer"), ("producer", "2"),
            ("resources", "products"), ("resources", "issues"), ("days", "365"));

        using var program = new ApiCaller(portal.Address, Key().Match(made.Html).Value);
        Assert.All(await program.AllAsync("/api/v1/products", 50), p => Assert.Equal(2, p.GetProperty("producerId").GetInt64()));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/issues")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/api/v1/listings")).Status);
        using var owner = await portal.People.SignedInAsync(PersonRole.Staff, "answers@test.example");
        await owner.SubmitAsync("/tai-khoan/khoa-api", $"end-{await IdAsync("answers@test.example")}");
        Assert.Equal("key_ended", (await program.GetAsync("/api/v1/products")).Code);
    }

    [Theory]
    [InlineData("", "owner@test.example", "all", "", "", "products", "30", "tên khóa")]
    [InlineData("x", "nobody@test.example", "all", "", "", "products", "30", "người dùng này")]
    [InlineData("x", "owner@test.example", "", "", "", "products", "30", "Phạm vi")]
    [InlineData("x", "owner@test.example", "producer", "999999", "", "products", "30", "Phạm vi")]
    [InlineData("x", "owner@test.example", "units", "", "", "products", "30", "Phạm vi")]
    [InlineData("x", "owner@test.example", "units", "", "12345", "products", "30", "Phạm vi")]
    [InlineData("x", "owner@test.example", "all", "", "", "", "30", "ít nhất một mục")]
    [InlineData("x", "owner@test.example", "all", "", "", "people", "30", "ít nhất một mục")]
    [InlineData("x", "owner@test.example", "producer", "2", "", "runs", "30", "Đợt chạy")]
    [InlineData("x", "owner@test.example", "all", "", "", "products", "366", "thời hạn")]
    [InlineData("x", "owner@test.example", "all", "", "", "products", "0", "thời hạn")]
    public async Task A_wrong_service_key_is_refused_in_a_sentence_and_none_is_made(
        string name, string owner, string reach, string producer, string units, string resource, string days, string said)
    {
        await portal.People.PutAsync(PersonRole.Staff, "owner@test.example");
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        var before = await portal.CountAsync("identity.api_key");

        var answer = await admin.SubmitAsync(
            "/khoa-api", "service", ("name", name), ("owner", owner), ("reach", reach), ("producer", producer), ("units", units), ("resources", resource),
            ("days", days));

        Assert.Contains(said, answer.Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.CountAsync("identity.api_key"));
    }

    [Fact]
    public async Task Nobody_has_more_than_ten_that_work_also_not_at_once()
    {
        const string login = "many@test.example";
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, login);
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan/khoa-api"));

        await Task.WhenAll(Enumerable.Range(0, 14).Select(n => visitor.SendAsync("/tai-khoan/khoa-api", "new", token, ("name", $"k{n}"), ("days", "30"))));

        Assert.Equal(10, await portal.ScalarAsync<long>(
            "SELECT count(*) FROM identity.api_key k JOIN identity.person p ON p.id = k.owner_id WHERE user_name = @login", new { login }));
    }

    private Task<long> IdAsync(string login) => portal.ScalarAsync<long>(
        "SELECT max(k.id) FROM identity.api_key k JOIN identity.person p ON p.id = k.owner_id WHERE p.user_name = @login", new { login });

    [GeneratedRegex("ocop_[0-9a-f]{64}")]
    private static partial Regex Key();
}

/// <summary>The same with a clock of the test's own.</summary>
public sealed class ApiClockTests : IAsyncLifetime
{
    private readonly StrictDemo _portal = new();

    public Task InitializeAsync() => _portal.InitializeAsync();

    public Task DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Making_and_ending_a_key_asks_for_a_proof_that_is_not_old()
    {
        using var visitor = await _portal.People.SignedInAsync(PersonRole.Admin, "old@test.example");
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan/khoa-api"));
        await visitor.SendAsync("/tai-khoan/khoa-api", "new", token, ("name", "first"), ("days", "30"));
        var id = await _portal.ScalarAsync<long>("SELECT id FROM identity.api_key");
        _portal.Clock.Advance(TimeSpan.FromMinutes(11));

        foreach (var (path, form) in (IEnumerable<(string, string)>)[("/tai-khoan/khoa-api", "new"), ("/tai-khoan/khoa-api", $"end-{id}"), ("/khoa-api", "service"), ("/khoa-api", $"end-{id}")])
        {
            var answer = await visitor.SendAsync(path, form, token, ("name", "second"), ("days", "30"), ("owner", "old@test.example"), ("reach", "all"), ("resources", "products"));
            Assert.DoesNotMatch("ocop_[0-9a-f]{64}", answer.Html);
        }

        Assert.StartsWith("/tai-khoan/xac-nhan", (await visitor.Client.GetAsync("/khoa-api")).Headers.Location!.OriginalString.Replace(_portal.Address.GetLeftPart(UriPartial.Authority), "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, await _portal.ScalarAsync<long>("SELECT count(*) FROM identity.api_key WHERE ended_at IS NULL"));
        Assert.Equal(1, await _portal.CountAsync("identity.api_key"));
    }

    [Fact]
    public async Task A_key_ends_on_its_day_and_its_use_is_written_once_a_minute()
    {
        using var caller = new ApiCaller(_portal.Address, await _portal.People.KeyAsync(PersonRole.Admin));
        await caller.GetAsync("/api/v1/products");
        var first = await UsedAsync();
        _portal.Clock.Advance(TimeSpan.FromSeconds(50));
        await caller.GetAsync("/api/v1/products");
        Assert.Equal(first, await UsedAsync());
        _portal.Clock.Advance(TimeSpan.FromSeconds(20));
        await caller.GetAsync("/api/v1/products");
        Assert.Equal(first.AddSeconds(70), await UsedAsync());

        _portal.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal("key_expired", (await caller.GetAsync("/api/v1/products")).Code);
    }

    [Fact]
    public async Task A_key_goes_ninety_days_after_its_end()
    {
        await _portal.People.KeyAsync(PersonRole.Admin);
        await _portal.People.KeyAsync(PersonRole.Admin);
        await _portal.ExecuteAsync("UPDATE identity.api_key SET ended_at = @now WHERE id = 1", new { now = _portal.Clock.GetUtcNow() });
        var sessions = _portal.Services.GetRequiredService<SessionCookie>();

        await LeftAsync(days: 89, left: 2);
        await LeftAsync(days: 2, left: 1);
        await LeftAsync(days: 30, left: 0);

        async Task LeftAsync(int days, long left)
        {
            _portal.Clock.Advance(TimeSpan.FromDays(days));
            await sessions.SweepAsync(CancellationToken.None);
            Assert.Equal((days, left), (days, await _portal.CountAsync("identity.api_key")));
        }
    }

    private Task<DateTimeOffset> UsedAsync() => _portal.ScalarAsync<DateTimeOffset>("SELECT used_at FROM identity.api_key");

    private sealed class StrictDemo : StrictPortal
    {
        protected override bool IsDemo => true;
    }
}

/// <summary>A real installation, where staff need a second factor.</summary>
public sealed class ApiFactorTests(StrictPortal portal) : IClassFixture<StrictPortal>
{
    [Theory]
    [InlineData(PersonRole.Staff, false, false)]
    [InlineData(PersonRole.Admin, false, false)]
    [InlineData(PersonRole.Staff, true, true)]
    [InlineData(PersonRole.Business, false, true)]
    public async Task A_key_of_somebody_who_still_needs_a_second_factor_waits_for_it(PersonRole role, bool factor, bool opens)
    {
        var login = $"{Words.Of(role)}-{factor}@test.example";
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(role, login));
        await portal.ExecuteAsync("UPDATE identity.person SET two_factor_enabled = @factor WHERE user_name = @login", new { login, factor });

        Assert.Equal(opens ? null : "key_suspended", (await caller.GetAsync("/api/v1/products")).Code);
    }
}
