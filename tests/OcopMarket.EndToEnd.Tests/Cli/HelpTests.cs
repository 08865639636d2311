namespace OcopMarket.EndToEnd.Tests.Cli;

public sealed class HelpTests : IAsyncLifetime
{
    private readonly AppFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.DisposeAsync().AsTask();

    [Theory]
    [InlineData("pull", "--strict", "--dry-run", "--file", "--accept-shrink", "--json", "--data")]
    [InlineData("status", "--json", "--data")]
    [InlineData("config", "--json", "--data")]
    [InlineData("migrate", "--json", "--data")]
    [InlineData("retention", "--now", "--json", "--data")]
    [InlineData("accounts import", "--marketplace", "--dry-run", "--strict", "--rejected", "--json", "--data")]
    [InlineData("accounts check", "--json", "--data")]
    [InlineData("accounts connect", "--login", "--secret-file", "--address", "--webhooks", "--by", "--data")]
    [InlineData("mandate give", "--until", "--evidence", "--file", "--by", "--data")]
    public async Task Every_verb_explains_its_options_exit_codes_and_an_example(string verb, params string[] options)
    {
        var result = await AppProcess.RunAsync(_folder, null, [.. verb.Split(' '), "--help"]);

        Assert.Equal(0, result.Code);
        Assert.Contains("Exit codes: 0 ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Example: ", result.Output, StringComparison.Ordinal);
        Assert.All(options, o => Assert.Matches($@"{o} .*\w+\.", result.Output.ReplaceLineEndings(" ")));
        Assert.Empty(result.Errors);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("status", "--jsno")]
    [InlineData("pull")]
    [InlineData("pull", "Not/A/Name", "--file", "x.csv")]
    public async Task A_wrong_word_gets_one_sentence(params string[] arguments) =>
        Refusal.IsOneSentence(await AppProcess.RunAsync(_folder, null, arguments), 2);
}
