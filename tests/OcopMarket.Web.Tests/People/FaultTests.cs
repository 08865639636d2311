using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Vault;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S26, S49 and S57: faults close, and what seals the cookies is itself sealed.</summary>
public sealed class FaultTests(EmptyPortal portal) : IClassFixture<EmptyPortal>
{
    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("/%0d%0aSet-Cookie:x")]
    public async Task Nobody_is_led_away_after_signing_in(string back)
    {
        await portal.People.PutAsync(PersonRole.Business);
        using var visitor = portal.NewVisitor();
        var path = $"/dang-nhap?ve={Uri.EscapeDataString(back)}";

        var answer = await visitor.SubmitAsync(path, "sign-in", ("user", TestPeople.LoginOf(PersonRole.Business)), ("password", TestPeople.Password));

        Assert.Equal(HttpStatusCode.Found, answer.Status);
        Assert.StartsWith("/", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"^/[/\\]", answer.Location);
        var proof = await visitor.SubmitAsync($"/tai-khoan/xac-nhan?ve={Uri.EscapeDataString(back)}", "prove", ("password", TestPeople.Password));
        Assert.StartsWith("/", proof.Location, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"^/[/\\]", proof.Location);
        using var again = await visitor.Client.GetAsync(path); // signed in already
        Assert.Equal(portal.Address.Authority, new Uri(portal.Address, again.Headers.Location!).Authority);
    }

    [Theory]
    [InlineData("identity.session")]
    [InlineData("identity.person")]
    public async Task A_database_that_cannot_say_who_asks_lets_nobody_in_and_tells_nothing(string table)
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Admin);
        await portal.ExecuteAsync($"ALTER TABLE {table} RENAME TO away");
        try
        {
            using var answer = await visitor.Client.GetAsync("/san-pham");
            var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Contains("Dữ liệu không mất", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Npgsql", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/nguoi-dung", text, StringComparison.Ordinal);
        }
        finally
        {
            await portal.ExecuteAsync($"ALTER TABLE identity.away RENAME TO {table.Split('.')[1]}");
        }

        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/san-pham"));
    }

    [Fact]
    public async Task A_sign_in_whose_tries_cannot_be_counted_is_refused()
    {
        await portal.People.PutAsync(PersonRole.Business);
        using var visitor = portal.NewVisitor();
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/dang-nhap"));
        await portal.ExecuteAsync("ALTER TABLE identity.sign_in_try RENAME TO away");
        try
        {
            var answer = await visitor.SendAsync(
                "/dang-nhap", "sign-in", token, ("user", TestPeople.LoginOf(PersonRole.Business)), ("password", TestPeople.Password));

            Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
            Assert.Equal("", visitor.Cookie("ocop_session"));
        }
        finally
        {
            await portal.ExecuteAsync("ALTER TABLE identity.away RENAME TO sign_in_try");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_cookie_that_we_did_not_make_is_nobodys(string value)
    {
        using var visitor = portal.NewVisitor();
        visitor.SetCookie($"ocop_session={value}");
        visitor.SetCookie($"ocop_halfway={value}");
        Assert.Equal(HttpStatusCode.Found, await visitor.StatusAsync("/"));
        Assert.Equal(HttpStatusCode.OK, (await visitor.SubmitAsync("/dang-nhap/ma", "factor", ("code", "123456"))).Status);
    }

    [Fact]
    public async Task The_ring_is_sealed_in_the_database_and_opens_in_another_process_with_the_key_only()
    {
        var stored = await portal.ScalarAsync<string>("SELECT string_agg(xml, ' ') FROM identity.ring_key");
        Assert.Contains("<sealed", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("masterKey", stored, StringComparison.OrdinalIgnoreCase);
        var text = Protector(portal.Services).Protect("a cookie");

        await using var other = Another(TestPeople.Key);
        Assert.Equal("a cookie", Protector(other).Unprotect(text));
        await using var stranger = Another(new byte[32]);
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => Protector(stranger).Unprotect(text));
    }

    [Fact]
    public async Task The_key_file_is_made_once_and_another_or_none_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("ocop-ring-").FullName;
        try
        {
            var path = Path.Combine(folder, "keys", "sign-in.key");
            var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RingKeyFile.OpenAsync(path, portal.WebSource, CancellationToken.None)));
            Assert.All(keys, k => Assert.Equal(keys[0], k));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }

            File.Move(path, $"{path}.lost");
            await Assert.ThrowsAsync<VaultException>(() => RingKeyFile.OpenAsync(path, portal.WebSource, CancellationToken.None));
            new KeyFile(path, "others").Ensure(mayCreate: true);
            await Assert.ThrowsAsync<VaultException>(() => RingKeyFile.OpenAsync(path, portal.WebSource, CancellationToken.None));
            await File.WriteAllTextAsync(path, "cut");
            await Assert.ThrowsAsync<VaultException>(() => RingKeyFile.OpenAsync(path, portal.WebSource, CancellationToken.None));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            await portal.ExecuteAsync("DELETE FROM setting WHERE key = 'sign_in_key'");
        }
    }

    [Theory]
    [InlineData("http://localhost:{0}", false, true)]
    [InlineData("http://localhost:{0}", true, false)]
    [InlineData("http://127.0.0.1:{0}", false, false)]
    [InlineData("https://localhost:{0}", false, false)]
    [InlineData("http://localhost:1", false, false)]
    [InlineData("http://localhost.evil.example:{0}", false, false)]
    [InlineData("null", false, false)]
    public async Task A_passkey_counts_from_our_own_pages_alone(string origin, bool cross, bool counts)
    {
        var options = portal.Services.GetRequiredService<IOptions<IdentityPasskeyOptions>>().Value;
        var context = new PasskeyOriginValidationContext
        {
            HttpContext = new Microsoft.AspNetCore.Http.DefaultHttpContext(),
            Origin = string.Format(System.Globalization.CultureInfo.InvariantCulture, origin, portal.Address.Port),
            CrossOrigin = cross,
        };

        Assert.Equal(counts, await options.ValidateOrigin!(context));
        Assert.Equal(("required", "localhost"), (options.UserVerificationRequirement, options.ServerDomain));
    }

    [Fact]
    public void Without_a_person_no_row_is_anybodys() =>
        Assert.Equal(DataScope.None, portal.Services.GetRequiredService<IReaderScope>().Current);

    [Fact]
    public void A_sealed_key_that_was_changed_does_not_open()
    {
        var key = new RingKey(TestPeople.Key);
        var sealedKey = key.Encrypt(new XElement("key", "secret")).EncryptedElement;
        Assert.DoesNotContain("secret", sealedKey.ToString(), StringComparison.Ordinal);
        var bytes = Convert.FromBase64String(sealedKey.Value);
        bytes[^1] ^= 1;
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(
            () => key.Open(new XElement("sealed", Convert.ToBase64String(bytes))));
    }

    private ServiceProvider Another(byte[] key)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System).AddHttpContextAccessor().AddSingleton(new PortalDatabase(portal.WebSource)).AddSingleton(new RingKey(key));
        services.AddPeople(TestPeople.Quick);
        return services.BuildServiceProvider();
    }

    private static IDataProtector Protector(IServiceProvider services) =>
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
