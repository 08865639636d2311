using System.Net;
using System.Text;
using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Vault;

namespace OcopMarket.Web.Tests.Connecting;

/// <summary>The login of a shop, typed once by its owner: what leaves the portal is sealed for the workers, and nothing of it comes back.</summary>
public sealed class TypedLoginTests(ConnectPortalFixture portal) : IClassFixture<ConnectPortalFixture>, IAsyncLifetime
{
    private const string Own = "/gian-hang/3/ket-noi";
    private const string Password = "mật-khẩu-của-chị-Thi";

    private (byte[] Private, byte[] Public) _key = SealedBox.NewPair();

    public async Task InitializeAsync()
    {
        await portal.ExecuteAsync(
            """
            DELETE FROM connect_attempt; DELETE FROM intake_key; DELETE FROM seller_account WHERE shop_name = 'Gian hàng Voso 2';
            UPDATE seller_account SET external_id = '501' WHERE id = 3;
            INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, external_id, state, state_evidence, opened_by) VALUES
                ('voso', 2, '32001', 'Gian hàng Voso 2', '502', 'active', 'x', 'self');
            INSERT INTO intake_key (public_key, wrapped, wrapper, kek_version) VALUES (@Public, '\x00', 'file', 1)
            """,
            new { _key.Public });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_an_owner_types_is_sealed_for_the_workers_and_is_nowhere_in_the_clear()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var page = await business.PageAsync(Own);
        Assert.Contains("Số điện thoại đăng nhập Voso", page, StringComparison.Ordinal);
        Assert.Contains("mật khẩu không được lưu", page, StringComparison.Ordinal);

        var answer = await TypeAsync(business);

        Assert.Equal((HttpStatusCode.Found, "/gian-hang/3"), (answer.Status, answer.Location));
        Assert.DoesNotContain(Password, answer.Html, StringComparison.Ordinal);
        var (box, person, row) = (await portal.QueryAsync<(byte[], long, string)>("SELECT typed, person_id, concat_ws(' ', kind, step, keeper, marketplace, account_id, producer_id) FROM connect_attempt")).Single();
        Assert.Equal("login returned producer voso 3 1", row);
        Assert.Equal(
            """{"User":"0912000501","Password":"mật-khẩu-của-chị-Thi","Address":null}""",
            System.Text.RegularExpressions.Regex.Unescape(Encoding.UTF8.GetString(SealedBox.Open(_key.Private, _key.Public, box, $"typed login/3/{person}"))));
        foreach (var table in await portal.QueryAsync<string>("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'identity'::regnamespace)"))
        {
            Assert.Equal(0, await portal.CountAsync($"{table} t WHERE position('{Password}' IN t::text) > 0"));
        }

        var shop = await business.PageAsync("/gian-hang/3");
        Assert.Contains("Đang thử thông tin đăng nhập với sàn", shop, StringComparison.Ordinal);
        Assert.Contains("data-live=\"/gian-hang/3/tien-do\"", shop, StringComparison.Ordinal);
        await EndAsync("login_refused");
        Assert.Contains("Sàn không nhận thông tin đăng nhập này", await business.PageAsync("/gian-hang/3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_shops_have_an_address_it_is_typed_as_well()
    {
        await portal.ExecuteAsync(
            """
            INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, external_id, state, state_evidence, opened_by)
            VALUES ('woocommerce', 1, '29398', 'Cửa hàng riêng', 'htx.example.vn', 'registered', 'x', 'self') ON CONFLICT DO NOTHING
            """);
        var shop = await portal.ScalarAsync<long>("SELECT id FROM seller_account WHERE external_id = 'htx.example.vn'");
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var path = $"/gian-hang/{shop}/ket-noi";
        Assert.Contains("name=\"address\"", await business.PageAsync(path), StringComparison.Ordinal);

        Assert.Contains("login_empty", (await business.SubmitAsync(path, "login", ("user", "ck_1"), ("secret", Password))).Html, StringComparison.Ordinal);
        await business.SubmitAsync(path, "login", ("user", "ck_1"), ("secret", Password), ("address", "https://htx.example.vn"));

        var (box, person) = (await portal.QueryAsync<(byte[], long)>("SELECT typed, person_id FROM connect_attempt")).Single();
        Assert.Contains(
            "\"Address\":\"https://htx.example.vn\"", Encoding.UTF8.GetString(SealedBox.Open(_key.Private, _key.Public, box, $"typed login/{shop}/{person}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_login_of_a_shop_is_tried_at_a_time_and_five_within_an_hour()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TypeAsync(business)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Found);
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.OK), a => Assert.Contains("login_tries", a.Html, StringComparison.Ordinal));

        for (var i = 0; i < 4; i++)
        {
            await EndAsync("login_refused");
            Assert.Equal(HttpStatusCode.Found, (await TypeAsync(business)).Status);
        }

        await EndAsync("login_refused");
        var sixth = await TypeAsync(business);
        Assert.Contains("chờ một giờ", sixth.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, sixth.Html, StringComparison.Ordinal);
        Assert.Equal(5, await portal.CountAsync("connect_attempt"));
        await portal.ExecuteAsync("UPDATE connect_attempt SET began_at = began_at - interval '61 minutes'");
        Assert.Equal(HttpStatusCode.Found, (await TypeAsync(business)).Status);
    }

    [Fact]
    public async Task Nobody_types_for_a_shop_that_is_not_theirs_and_a_viewer_for_none()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        var other = await portal.ScalarAsync<long>("SELECT id FROM seller_account WHERE external_id = '502'");
        var token = Visitor.Token(await business.Client.GetStringAsync("/tai-khoan"));

        Assert.Equal(HttpStatusCode.NotFound, (await business.SendAsync($"/gian-hang/{other}/ket-noi", "login", token, ("user", "u"), ("secret", Password))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.SendAsync(Own, "login", Visitor.Token(await viewer.Client.GetStringAsync("/tai-khoan")), ("user", "u"), ("secret", Password))).Status);

        Assert.Equal(0, await portal.CountAsync("connect_attempt"));
        await using var connection = await portal.WebSource.OpenConnectionAsync();
        foreach (var statement in (string[])[
            "SELECT typed FROM connect_attempt", "UPDATE connect_attempt SET typed = NULL", "SELECT wrapped FROM intake_key",
            "INSERT INTO intake_key (public_key, wrapped, wrapper, kek_version) VALUES ('', '', '', 1)", "UPDATE intake_key SET public_key = ''", "DELETE FROM intake_key"])
        {
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(statement))).SqlState);
        }
    }

    [Theory]
    [InlineData("", Password, "login_empty")]
    [InlineData("0912000501", "", "login_empty")]
    public async Task What_is_not_filled_in_is_said_and_handed_to_nobody(string user, string secret, string code)
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var answer = await business.SubmitAsync(Own, "login", ("user", user), ("secret", secret));
        Assert.Contains(code, answer.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, answer.Html, StringComparison.Ordinal);
        Assert.Equal(0, await portal.CountAsync("connect_attempt"));
    }

    [Fact]
    public async Task A_shop_without_its_number_and_a_system_without_a_key_say_what_is_missing()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        await portal.ExecuteAsync("DELETE FROM intake_key");
        Assert.Contains("chưa sẵn sàng", (await TypeAsync(business)).Html, StringComparison.Ordinal);

        await portal.ExecuteAsync("UPDATE seller_account SET external_id = NULL WHERE id = 3");
        var page = await business.PageAsync(Own);
        Assert.Contains("Chưa biết mã gian hàng trên Voso", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"secret\"", page, StringComparison.Ordinal);
        Assert.Equal(0, await portal.CountAsync("connect_attempt"));
    }

    private static Task<Answer> TypeAsync(Visitor visitor) => visitor.SubmitAsync(Own, "login", ("user", " 0912000501 "), ("secret", Password));

    private Task EndAsync(string result) => portal.ExecuteAsync(
        "UPDATE connect_attempt SET step = 'refused', result = @result, typed = NULL, ended_at = now() WHERE ended_at IS NULL", new { result });
}
