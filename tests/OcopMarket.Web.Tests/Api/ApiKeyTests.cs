using System.Net;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.Api;

/// <summary>Rows S9 and S54: which keys open what, and until when.</summary>
public sealed class ApiKeyTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private const string Foreign = "ocop_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Theory]
    [InlineData(null, "key_missing")]
    [InlineData("Bearer", "key_missing")]
    [InlineData("Basic dXNlcjpwYXNz", "key_missing")]
    [InlineData($"Token {Foreign}", "key_missing")]
    [InlineData($"Bearer {Foreign}", "key_unknown")]
    [InlineData("Bearer ocop_", "key_unknown")]
    [InlineData("Bearer xyz", "key_unknown")]
    [InlineData("Bearer ' OR 1=1 --", "key_unknown")]
    public async Task Without_a_key_of_ours_nothing_opens(string? header, string code)
    {
        using var nobody = new ApiCaller(portal.Address, null);
        var answer = await nobody.GetAsync("/api/v1/products", header is null ? [] : [("Authorization", header)]);

        Assert.Equal((HttpStatusCode.Unauthorized, code), (answer.Status, answer.Code));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        ApiReadTests.AssertProblem(answer);
    }

    [Fact]
    public async Task Two_keys_at_once_are_none()
    {
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Admin));
        Assert.NotEqual(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/products", ("Authorization", $"Bearer {Foreign}"))).Status);
    }

    [Theory]
    [InlineData("UPDATE identity.api_key SET ended_at = now() WHERE tail = @tail", "key_ended")]
    [InlineData("UPDATE identity.api_key SET made_at = now() - interval '40 days', expires_at = now() - interval '1 second' WHERE tail = @tail", "key_expired")]
    [InlineData("UPDATE identity.person SET disabled_at = now() WHERE user_name = @login", "key_suspended")]
    public async Task A_key_that_is_over_or_whose_person_is_gone_opens_nothing_at_once(string change, string code)
    {
        var login = $"over-{code}@test.example";
        var key = await portal.People.KeyAsync(PersonRole.Admin, login);
        using var caller = new ApiCaller(portal.Address, key);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/products")).Status);

        await portal.ExecuteAsync(change, new { tail = key[^4..], login });

        var answer = await caller.GetAsync("/api/v1/products");
        Assert.Equal((HttpStatusCode.Unauthorized, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_key_has_the_role_and_the_scope_that_its_person_has_now()
    {
        const string login = "moved@test.example";
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Staff, login));
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/runs")).Status);
        Assert.True((await caller.AllAsync("/api/v1/products", 200)).Select(p => p.GetProperty("producerId").GetInt64()).Distinct().Count() > 1);

        await portal.ExecuteAsync("UPDATE identity.person SET role = 'business', scope = 'producer:2' WHERE user_name = @login", new { login });

        Assert.Equal(HttpStatusCode.Forbidden, (await caller.GetAsync("/api/v1/runs")).Status);
        Assert.All(await caller.AllAsync("/api/v1/products", 200), p => Assert.Equal(2, p.GetProperty("producerId").GetInt64()));
    }

    [Fact]
    public async Task A_service_key_reads_what_stands_beside_it_and_its_owner_can_be_disabled()
    {
        var key = await portal.People.ServiceKeyAsync(DataScope.Producer(2), "products");
        using var program = new ApiCaller(portal.Address, key);

        Assert.All(await program.AllAsync("/api/v1/products", 200), p => Assert.Equal(2, p.GetProperty("producerId").GetInt64()));
        var refused = await program.GetAsync("/api/v1/listings");
        Assert.Equal((HttpStatusCode.Forbidden, "not_allowed"), (refused.Status, refused.Code));
        ApiReadTests.AssertProblem(refused);
        await portal.ExecuteAsync(
            "UPDATE identity.person SET disabled_at = now() WHERE id = (SELECT owner_id FROM identity.api_key WHERE hash = @hash)", new { hash = Hash(key) });
        Assert.Equal("key_suspended", (await program.GetAsync("/api/v1/products")).Code);
    }

    [Fact]
    public async Task Units_of_a_service_key_bound_it()
    {
        await portal.ExecuteAsync("UPDATE product SET unit_code = '85' WHERE id = 3");
        using var program = new ApiCaller(portal.Address, await portal.People.ServiceKeyAsync(DataScope.OfUnits(["84"]), "products"));

        var ids = (await program.AllAsync("/api/v1/products", 200)).Select(p => p.GetProperty("id").GetInt64()).ToList();

        Assert.NotEmpty(ids);
        Assert.DoesNotContain(3, ids);
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync("/api/v1/products/3")).Status);
    }

    [Theory]
    [InlineData("/api/v1/products?key=")]
    [InlineData("/api/v1/products?access_token=")]
    [InlineData("/api/v1/products?search=")]
    [InlineData("/api/v1/products?Api_Key=x&limit=1&a=")]
    [InlineData("/api/v1/openapi.json?token=")]
    [InlineData("/api/v1/products/")]
    [InlineData("/API/v1/products?bearer=")]
    public async Task A_key_in_the_address_is_refused_with_a_code_of_its_own_even_beside_a_good_one(string path)
    {
        var key = await portal.People.KeyAsync(PersonRole.Admin);
        using var nobody = new ApiCaller(portal.Address, null);
        using var somebody = new ApiCaller(portal.Address, key);
        foreach (var caller in (ApiCaller[])[nobody, somebody])
        {
            var answer = await caller.GetAsync(path + key);
            Assert.Equal((HttpStatusCode.BadRequest, "key_in_url"), (answer.Status, answer.Code));
            Assert.DoesNotContain(key, answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_cookie_opens_no_address_of_the_API_and_a_key_opens_no_page()
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        foreach (var list in (string[])["products", "listings", "accounts", "runs", "issues", "products/1"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await admin.StatusAsync($"/api/v1/{list}"));
        }

        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Admin));
        foreach (var page in (string[])["/", "/san-pham", "/nguoi-dung", "/tai-khoan", "/khoa-api", "/tai-khoan/khoa-api", $"/anh/{Seed.Picture}.jpg"])
        {
            Assert.Equal(HttpStatusCode.Found, (await caller.GetAsync(page)).Status);
        }
    }

    [Fact]
    public async Task A_business_cookie_beside_an_admin_key_does_not_mix()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var admin = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Business));
        var answer = await admin.GetAsync("/api/v1/runs", ("Cookie", (await portal.People.SignedInAsync(PersonRole.Admin)).Cookie("ocop_session")));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Only_a_hash_and_four_characters_are_kept()
    {
        var key = await portal.People.KeyAsync(PersonRole.Viewer);

        var row = await portal.ScalarAsync<string>("SELECT k::text FROM identity.api_key k WHERE hash = @hash", new { hash = Hash(key) });
        var audit = await portal.ScalarAsync<string>("SELECT string_agg(a::text, ' ') FROM audit a WHERE action = 'api_key.make'");

        Assert.Matches("^ocop_[0-9a-f]{64}$", key);
        Assert.NotNull(row);
        Assert.DoesNotContain(key[5..^4], row, StringComparison.Ordinal);
        Assert.Contains(key[^4..], audit, StringComparison.Ordinal);
        Assert.DoesNotContain(key[..20], audit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Nothing_but_reading_is_answered(string method)
    {
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Admin));
        foreach (var path in (string[])["/api/v1/products", "/api/v1/products/1", "/api/v1/openapi.json", "/api/v1/none"])
        {
            using var request = new HttpRequestMessage(new(method), path);
            var answer = await caller.SendAsync(request, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET"));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
            AssertNoCors(answer);
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/products")]
    [InlineData("/api/v0/products")]
    [InlineData("/api/v2/products")]
    [InlineData("/api/v1/producers")]
    [InlineData("/api/v1/credentials/1")]
    [InlineData("/api/v1/products/abc")]
    [InlineData("/api/v1/products/99999999999999999999")]
    [InlineData("/api/v1/products/1/listings")]
    public async Task Another_version_or_an_address_that_nobody_wrote_down_is_a_problem_and_no_page(string path)
    {
        using var caller = new ApiCaller(portal.Address, await portal.People.KeyAsync(PersonRole.Admin));
        var answer = await caller.GetAsync(path, ("Origin", "https://evil.example"));
        Assert.Equal((HttpStatusCode.NotFound, "address_unknown"), (answer.Status, answer.Code));
        ApiReadTests.AssertProblem(answer);
        AssertNoCors(answer);
    }

    [Theory]
    [InlineData("/api/v1/products", true)]
    [InlineData("/api/v1/products", false)]
    [InlineData("/api/v1/openapi.json", false)]
    public async Task No_other_site_is_ever_let_in(string path, bool withKey)
    {
        using var caller = new ApiCaller(portal.Address, withKey ? await portal.People.KeyAsync(PersonRole.Admin) : null);
        AssertNoCors(await caller.GetAsync(path, ("Origin", "https://evil.example")));
        AssertNoCors(await caller.GetAsync(path, ("Origin", "null")));
    }

    private static void AssertNoCors(ApiAnswer answer) => Assert.DoesNotContain(
        answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
