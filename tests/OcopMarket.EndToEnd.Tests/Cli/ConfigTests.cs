using System.Text.Json;

namespace OcopMarket.EndToEnd.Tests.Cli;

[Trait("Category", "Culture")]
public sealed class ConfigTests : IAsyncLifetime
{
    private const string Secret = "bi-mat-77c2";
    private readonly AppFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_setting_has_a_value_a_source_and_a_description()
    {
        var settings = await SettingsAsync(new() { ["Web__Port"] = "8123", ["Marketplaces__postmart__SettlingTime"] = "00:00:31" });

        Assert.All(settings.Values, s => Assert.NotEqual("", s.GetProperty("description").GetString()));
        Is(settings, "Web:Port", "8123", "environment");
        Is(settings, "Sandbox:FirstPort", "5091", "config/appsettings.json");
        Is(settings, "Marketplaces:postmart:SettlingTime", "00:00:31", "environment");
        Is(settings, "Marketplaces:voso:SettlingTime", "00:00:08", "config/demo.json");
        Is(settings, "Marketplaces:postmart:BaseUrl", "http://127.0.0.1:5091", "config/marketplaces/postmart.json");
        Is(settings, "Marketplaces:postmart:AcceptedBy", "", "default");
    }

    [Fact]
    public async Task Secrets_are_never_printed()
    {
        var environment = new Dictionary<string, string>
        {
            ["Database__ConnectionString"] = $"Host=db.example;Username=ocop;Password={Secret};SSL Password={Secret}",
            ["AutoMapper__LicenseKey"] = Secret,
            ["Metrics__Token"] = Secret + Secret,
            ["OpenId__ClientSecret"] = Secret,
            ["Marketplaces__postmart__Password"] = Secret,
        };

        var text = await AppProcess.RunAsync(_folder, environment, "config");
        var json = await AppProcess.RunAsync(_folder, environment, "config", "--json");

        Assert.Equal(0, text.Code);
        Assert.DoesNotContain(Secret, text.Output + text.Errors + json.Output + json.Errors, StringComparison.Ordinal);
        Assert.Contains("Password=***", text.Output, StringComparison.Ordinal);
        Assert.Contains("db.example", text.Output, StringComparison.Ordinal);
        Assert.Contains("AutoMapper:LicenseKey = ***", text.Output, StringComparison.Ordinal);
        Assert.Contains("OpenId:ClientSecret = ***", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Web__Port", "eighty")]
    [InlineData("Web__Port", "70000")]
    [InlineData("Marketplaces__postmart__SettlingTime", "soon")]
    [InlineData("Marketplaces__postmart__CallTimeout", "01:00:00")]
    [InlineData("Worker__Lease", "00:00:01")]
    [InlineData("Marketplaces__voso__Limits__create__PerSecond", "0")]
    [InlineData("Marketplaces__voso__BaseUrl", "https://api.example", "AcceptedBy")]
    [InlineData("Marketplaces__voso__BaseUrl", "ftp://127.0.0.1")]
    [InlineData("Marketplaces__voso__AcceptedOn", "31/12/2026")]
    [InlineData("Retention__HistoryDays", "0")]
    [InlineData("Retention__AuditDays", "-1")]
    [InlineData("Retention__AnswerDays", "a month")]
    [InlineData("Retention__UploadDays", "1.5")]
    [InlineData("Retention__WebhookDays", "99999999999")]
    [InlineData("Metrics__Enabled", "yes")]
    [InlineData("Metrics__Token", "short")]
    [InlineData("Logging__Format", "xml")]
    public async Task A_wrong_setting_is_named_in_one_sentence(string name, string value, string? named = null)
    {
        var result = await AppProcess.RunAsync(_folder, new Dictionary<string, string> { [name] = value }, "config", "--json");

        Refusal.IsOneSentence(result, 4);
        Assert.Contains(named ?? name.Split("__")[^1], result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OpenId:ClientId", "")]
    [InlineData("OpenId:ClientSecretFile", "ClientId=ocop")]
    [InlineData("OpenId:Authority", "ClientId=ocop,Authority=http://id.example")]
    [InlineData("OpenId:Trust", "ClientId=ocop,ClientSecret=s,Trust=mfa")]
    [InlineData("OpenId:MatchBy", "ClientId=ocop,ClientSecret=s,MatchBy=name")]
    [InlineData("OpenId:ClientSecretFile", "ClientId=ocop,ClientSecretFile=/nowhere")]
    public async Task A_directory_is_whole_or_the_missing_setting_is_named(string named, string said)
    {
        var environment = new Dictionary<string, string> { ["OpenId__Authority"] = "https://id.example/tinh" };
        foreach (var pair in said.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            environment[$"OpenId__{pair[0]}"] = pair[1];
        }

        var result = await AppProcess.RunAsync(_folder, environment, "config", "--json");

        Refusal.IsOneSentence(result, 4);
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_directory_s_secret_lies_in_a_file_for_its_owner_alone_and_is_not_printed()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("ocop-openid-").FullName, "secret");
        await File.WriteAllTextAsync(file, Secret);
        var environment = new Dictionary<string, string>
        {
            ["OpenId__Authority"] = "https://id.example/tinh",
            ["OpenId__ClientId"] = "ocop",
            ["OpenId__ClientSecretFile"] = file,
            ["OpenId__Trust"] = "amr:mfa, acr:https://id.example/2fa",
        };
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            var open = await AppProcess.RunAsync(_folder, environment, "config");
            Refusal.IsOneSentence(open, 4);
            Assert.Contains("OpenId:ClientSecretFile", open.Errors, StringComparison.Ordinal);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var held = await AppProcess.RunAsync(_folder, environment, "config");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

        Assert.True(held.Code == 0, held.Errors);
        Assert.DoesNotContain(Secret, held.Output + held.Errors, StringComparison.Ordinal);
    }

    private static void Is(Dictionary<string, JsonElement> settings, string key, string value, string source)
    {
        Assert.Equal(value, settings[key].GetProperty("value").GetString());
        Assert.Equal(source, settings[key].GetProperty("source").GetString());
    }

    private async Task<Dictionary<string, JsonElement>> SettingsAsync(Dictionary<string, string> environment)
    {
        var result = await AppProcess.RunAsync(_folder, environment, "config", "--json");
        Assert.True(result.Code == 0, result.Errors);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("settings").EnumerateArray()
            .ToDictionary(s => s.GetProperty("key").GetString()!);
    }
}
