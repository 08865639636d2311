using System.Reflection;
using Microsoft.AspNetCore.Components;
using OcopMarket.Web.Hosting;

namespace OcopMarket.Web.Tests;

/// <summary>S29 and S21 over real HTTP: every parameter of every page takes anything, asks nothing of the database that we did not write, and
/// shows what it was given as text. New pages and parameters are found by themselves.</summary>
public sealed class HostileQueryTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private static readonly string[] _canaries =
    [
        "'", "\"", "\\", "';DROP TABLE listing;--", "' OR '1'='1", "1; SELECT pg_sleep(30)", "1) UNION SELECT usename FROM pg_user--", "%", "_",
        "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%a", "$$x$$", "@id", ":id", "{0}", "name; DROP TABLE product", "name DESC, (SELECT 1)",
        "\0", "\u202E", "\uFFFF", "-1", "0", "99999999999999999999", "1e400", "NaN", "[]", "{\"$gt\":\"\"}", "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "'+alert(1)+'", "../../etc/passwd",
    ];

    public static TheoryData<string, string> Parameters
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var page in typeof(OcopWeb).Assembly.GetTypes())
            {
                foreach (var route in page.GetCustomAttributes<RouteAttribute>())
                {
                    var path = route.Template.Replace("{Id:long}", "1", StringComparison.Ordinal).Replace("{Code:int}", "404", StringComparison.Ordinal)
                        .Replace("{*Code}", "image_missing", StringComparison.Ordinal);
                    foreach (var query in page.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                        .Select(p => p.GetCustomAttribute<SupplyParameterFromQueryAttribute>()).OfType<SupplyParameterFromQueryAttribute>())
                    {
                        data.Add(path, query.Name!);
                    }

                    if (route.Template.Contains("{*", StringComparison.Ordinal))
                    {
                        data.Add(route.Template[..route.Template.IndexOf('{', StringComparison.Ordinal)], "");
                    }
                }
            }

            return data;
        }
    }

    [Fact]
    public void The_parameters_are_found() => Assert.True(Parameters.Count >= 20);

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task A_parameter_takes_anything(string path, string name)
    {
        var before = await portal.ScalarAsync<string>(Standing);
        foreach (var canary in _canaries)
        {
            var value = Uri.EscapeDataString(canary);
            var address = name.Length == 0 ? path + value : $"{path}?{name}={value}&{name}={value}";
            using var answer = await portal.Client.GetAsync(address);
            var text = await answer.Content.ReadAsStringAsync();

            var onwards = answer.Headers.Location is { } to ? new Uri(portal.Address, to).Authority : portal.Address.Authority;
            Assert.True((int)answer.StatusCode is 200 or 302 or 400 or 404 or 414, $"{address}: {(int)answer.StatusCode}");
            Assert.Equal(portal.Address.Authority, onwards);
            Assert.DoesNotContain("<script>alert", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("href=\"javascript:", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("PostgresException", text, StringComparison.Ordinal);
        }

        Assert.Equal(before, await portal.ScalarAsync<string>(Standing));
    }

    [Fact]
    public async Task What_a_list_says_is_shown_as_text_wherever_it_stands()
    {
        string[] payloads = ["<script>alert(7)</script>", "\"><img src=x onerror=alert(7)>", "<svg/onload=alert(7)>", "{{7*7}}</title><script>alert(7)</script>"];
        foreach (var payload in payloads)
        {
            await portal.ExecuteAsync(Poison, new { payload });
            foreach (var path in (string[])["/", "/san-pham", "/san-pham/1", "/tin-dang", "/van-de", "/gian-hang", "/gian-hang/1", "/dot-chay", "/dot-chay/1", "/dot-chay/2"])
            {
                using var answer = await portal.Client.GetAsync(path);
                var html = await answer.Content.ReadAsStringAsync();
                Assert.DoesNotContain("alert(7)</script>", html, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("<svg/onload", html, StringComparison.OrdinalIgnoreCase);
                Html.AssertNothingInline(html);
            }
        }
    }

    private const string Standing = """
        SELECT concat_ws(' ', (SELECT count(*) FROM listing), (SELECT count(*) FROM product), (SELECT count(*) FROM source_rejected),
            (SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'))
        """;

    private const string Poison = """
        UPDATE product SET name = @payload || id, description = @payload, group_text = @payload, shelf_life = @payload, origin = @payload;
        UPDATE producer SET name = @payload || id, kind_text = @payload, commune = @payload;
        UPDATE source_run SET file_name = @payload || '.xlsx', failure_vi = CASE WHEN failure_code IS NOT NULL THEN @payload END, started_by = @payload;
        UPDATE source_rejected SET sheet = @payload, column_name = @payload, reason_vi = @payload, raw = jsonb_build_object(@payload::text, @payload::text);
        UPDATE seller_account SET shop_name = @payload;
        """;
}
