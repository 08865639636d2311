namespace OcopMarket.Core.Tests.Codebase;

/// <summary>Calls that hide time, block a thread, leak sockets or talk past the command line; and files that grew too long.</summary>
public sealed class BannedCallTests
{
    private const int LongestFile = 400;

    [Theory]
    [InlineData("DateTime.Now")]
    [InlineData("DateTime.UtcNow")]
    [InlineData("DateTime.Today")]
    [InlineData("DateTimeOffset.Now")]
    [InlineData("DateTimeOffset.UtcNow")]
    [InlineData(".Wait()")]
    [InlineData("Thread.Sleep")]
    [InlineData("new HttpClient(")]
    [InlineData("#region")]
    [InlineData("new NpgsqlConnection(")] // its numbers in /metrics would carry the connection string; SingleConnection or a named source
    public void Banned_calls_stand_nowhere(string call) => Assert.Empty(Uses(call, SourceTree.Projects));

    [Fact]
    public void Nobody_waits_for_a_task_by_its_result() =>
        Assert.Empty(Uses("Async().Result", SourceTree.Projects).Concat(Uses(".Result;", SourceTree.Projects)));

    [Fact]
    public void Only_the_command_line_writes_to_the_console() =>
        Assert.Empty(Uses("Console.Write", [.. SourceTree.Projects.Where(p => p != "App")]));

    [Fact]
    public void No_source_file_is_longer_than_four_hundred_lines() => Assert.DoesNotContain(
        SourceTree.Projects.SelectMany(SourceTree.Files), f => File.ReadLines(f).Count() > LongestFile);

    private static IEnumerable<string> Uses(string call, IEnumerable<string> projects) =>
        projects.SelectMany(SourceTree.Files).SelectMany(SourceTree.Code)
            .Where(line => Names(line.Text, call)).Select(line => $"{line.Place}: {line.Text}");

    private static bool Names(string text, string call)
    {
        for (var at = text.IndexOf(call, StringComparison.Ordinal); at >= 0; at = text.IndexOf(call, at + 1, StringComparison.Ordinal))
        {
            var end = at + call.Length;
            if (end >= text.Length || !char.IsLetterOrDigit(call[^1]) || !char.IsLetterOrDigit(text[end]) || call == "Console.Write")
            {
                return true;
            }
        }

        return false;
    }
}
