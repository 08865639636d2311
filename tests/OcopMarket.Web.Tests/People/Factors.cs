using System.Text.RegularExpressions;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Sets up confirmation codes as a person with an app would.</summary>
internal static partial class Factors
{
    public static async Task<(string Key, string[] Codes, Answer Answer)> SetUpAsync(Visitor visitor, TimeProvider clock)
    {
        var page = await visitor.Client.GetStringAsync("/tai-khoan/buoc-hai");
        var key = Key().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        var answer = await visitor.SendAsync(
            "/tai-khoan/buoc-hai", "factor", Visitor.Token(page), ("code", Totp.Code(key, Totp.Step(clock.GetUtcNow()))));
        string[] codes = [.. Code().Matches(answer.Html).Select(m => m.Groups[1].Value)];
        Assert.True(codes.Length == 10, answer.Html);
        return (key, codes, answer);
    }

    [GeneratedRegex("<dd><code>([A-Z2-7 ]+)</code>")]
    private static partial Regex Key();

    [GeneratedRegex("<li><code>([^<]+)</code></li>")]
    private static partial Regex Code();
}
