namespace OcopMarket.EndToEnd.Tests.Cli;

public sealed class MachineFaultTests : IAsyncLifetime
{
    private const string Password = "bi-mat-8d1f";
    private readonly AppFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.DisposeAsync().AsTask();

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=ocop;Username=ocop;Password=" + Password)]
    [InlineData("Host=127.0.0.1;Nonsense=1;Password=" + Password)]
    [InlineData("Host=127.0.0.1;Port=abc;Password=" + Password)]
    [InlineData("nonsense " + Password)]
    public async Task A_wrong_connection_string_is_one_sentence_without_the_password(string connection)
    {
        var settings = new Dictionary<string, string> { ["Database__ConnectionString"] = connection };

        foreach (var verb in (string[])["migrate", "status"])
        {
            var result = await AppProcess.RunAsync(_folder, settings, verb);

            Refusal.IsOneSentence(result, 4);
            Assert.DoesNotContain(Password, result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_one_sentence()
    {
        var inTheWay = _folder.Write("in-the-way", "a file");

        foreach (var verb in (string[])["migrate", "status", "config"])
        {
            Refusal.IsOneSentence(await AppProcess.RunAsync(_folder, null, verb, "--data", inTheWay), 4);
        }
    }
}
