using System.Text.RegularExpressions;
using OcopMarket.EndToEnd.Tests.Cli;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.People;

/// <summary>Row S11 and the address rule with the real program: what it prints at its first start, and when it does not start at all.</summary>
public sealed partial class FirstStartTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_real_start_prints_a_link_that_makes_the_first_admin_until_there_is_one()
    {
        string[] arguments = ["serve", "--roles", "web", "--port", "5790", "--data", app.Folder.Data];
        string first;
        await using (var web = AppProcess.Start(app.Folder, app.Settings, arguments))
        {
            await web.WaitForAsync("/bat-dau?ma=");
            first = Link().Match(web.Output).Groups[1].Value;
            using var visitor = new Visitor(new("http://localhost:5790"));
            var answer = await visitor.SubmitAsync(
                first, "setup", ("name", "Quản trị"), ("user", "first@test.example"), ("password", TestPeople.Password));
            Assert.Equal("/", answer.Location);
            Assert.DoesNotContain("ma=", web.Errors, StringComparison.Ordinal);
            await web.StopAsync();
        }

        await using var again = AppProcess.Start(app.Folder, app.Settings, arguments);
        await again.WaitForAsync("is ready");
        using var late = new Visitor(new("http://localhost:5790"));
        Assert.Contains("đã dùng", await late.PageAsync(first), StringComparison.Ordinal);
        await again.StopAsync();
        Assert.DoesNotContain("/bat-dau", again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Web__Listen", "0.0.0.0")]
    [InlineData("Web__PublicUrl", "http://ocop.example.vn")]
    [InlineData("Web__PublicUrl", "https://ocop.example.vn")]
    [InlineData("Web__KnownProxies", "the proxy")]
    [InlineData("Web__CertificateFile", "/no/such/file.pfx")]
    [InlineData("Web__Listen", "::", "Web__KnownProxies", "127.0.0.1")]
    public async Task The_web_does_not_start_where_others_could_listen(string name, string value, string? more = null, string? also = null)
    {
        var settings = new Dictionary<string, string>(app.Settings) { [name] = value };
        if (more is not null)
        {
            settings[more] = also!;
        }

        Refusal.IsOneSentence(
            await AppProcess.RunAsync(app.Folder, settings, "serve", "--roles", "web", "--port", "5791", "--data", app.Folder.Data), 4);
    }

    [Fact]
    public async Task A_lost_key_of_sign_in_is_said_before_anybody_is_signed_out()
    {
        await app.ExecuteAsync("INSERT INTO setting (key, value, set_by) VALUES ('sign_in_key', 'another', 'test') ON CONFLICT (key) DO UPDATE SET value = 'another'");
        try
        {
            await using var folder = new AppFolder();
            var result = await AppProcess.RunAsync(folder, app.Settings, "serve", "--roles", "web", "--port", "5792", "--data", folder.Data);
            Refusal.IsOneSentence(result, 4);
            Assert.Contains("sign-in.key", result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await app.ExecuteAsync("DELETE FROM setting WHERE key = 'sign_in_key'");
        }
    }

    [Fact]
    public async Task A_demo_prints_three_people_the_same_at_every_start_and_keeps_their_passwords_to_itself()
    {
        await using var folder = new AppFolder();
        var first = await PeopleAsync(folder);
        var file = Path.Combine(folder.Data, "keys", "demo-people.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(first, await PeopleAsync(folder));
        await using var other = new AppFolder();
        Assert.Empty(first.Values.Intersect((await PeopleAsync(other)).Values));
    }

    private static async Task<Dictionary<string, string>> PeopleAsync(AppFolder folder)
    {
        await using var demo = AppProcess.Start(folder, null, "serve", "--port", "5793", "--data", folder.Data);
        await demo.WaitForAsync("Loading the sample");
        var port = Port().Match(demo.Output).Groups[1].Value;
        var people = Person().Matches(demo.Output).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(["0900000001", "canbo@demo.ocop", "quantri@demo.ocop"], people.Keys.Order(StringComparer.Ordinal));
        using var visitor = new Visitor(new($"http://localhost:{port}"));
        var answer = await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", "quantri@demo.ocop"), ("password", people["quantri@demo.ocop"]));
        Assert.Equal("/", answer.Location);
        Assert.Contains("Người dùng", await visitor.PageAsync("/nguoi-dung"), StringComparison.Ordinal);
        Assert.All(people.Values, p => Assert.DoesNotContain(p, demo.Errors, StringComparison.Ordinal));
        await demo.StopAsync();
        return people;
    }

    [GeneratedRegex(@"http://localhost:\d+(/bat-dau\?ma=[\w-]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"http://localhost:(\d+)/")]
    private static partial Regex Port();

    [GeneratedRegex(@"(\S+@demo\.ocop|09\d+)\s+(\w{4}-\w{4}-\w{4}-\w{4})")]
    private static partial Regex Person();
}
