namespace OcopMarket.EndToEnd.Tests.Cli;

internal static class Refusal
{
    /// <summary>One line that says something, no trace of our insides, nothing on standard output.</summary>
    public static void IsOneSentence(AppResult result, int code)
    {
        Assert.Equal(code, result.Code);
        var line = Assert.Single(result.ErrorLines);
        Assert.Matches("^[A-Z'].{20,}$", line);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
