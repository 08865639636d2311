using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Core.Tests;

[Trait("Category", "Culture")]
public sealed partial class WordsTests
{
    [Fact]
    public void Every_value_of_every_enum_comes_back_from_its_word()
    {
        var enums = typeof(Words).Assembly.GetTypes().Where(t => t.IsEnum && t.IsPublic).ToList();

        Assert.True(enums.Count >= 10);
        foreach (var type in enums)
        {
            CheckMethod.MakeGenericMethod(type).Invoke(null, null);
        }
    }

    [Fact]
    public void Words_are_those_of_the_tables()
    {
        Assert.Equal("in_review", Words.Of(SeenStatus.InReview));
        Assert.Equal("needs_attention", Words.Of(SeenStatus.NeedsAttention));
        Assert.Equal("reauth_needed", Words.Of(AccountState.ReauthNeeded));
        Assert.Equal("re_recognised", Words.Of(RecognitionKind.ReRecognised));
        Assert.Equal("potential_five_star", Words.Of(RecognitionKind.PotentialFiveStar));
        Assert.Equal("cooperative_group", Words.Of(ReportingKind.CooperativeGroup));
        Assert.Equal("blocking", Words.Of(Severity.Blocking));
        Assert.Equal("price_stock", Words.Of(CallKind.PriceStock));
        Assert.Equal(Severity.Info, Words.Parse<Severity>("info"));
    }

    [Fact]
    public void Capital_I_becomes_a_plain_i_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.Equal("identity_pending", Words.Of(AccountState.IdentityPending));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("Live")]
    [InlineData(" live")]
    [InlineData("1")]
    [InlineData("")]
    public void A_word_that_is_not_ours_is_refused(string text)
    {
        var error = Assert.Throws<FormatException>(() => Words.Parse<SeenStatus>(text));

        Assert.Contains("SeenStatus", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_outside_the_enum_has_no_word() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Words.Of((Severity)17));

    private static readonly MethodInfo CheckMethod =
        typeof(WordsTests).GetMethod(nameof(Check), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void Check<T>()
        where T : struct, Enum
    {
        Assert.Equal(Enum.GetValues<T>().Length, Words.All<T>().Distinct(StringComparer.Ordinal).Count());
        foreach (var value in Enum.GetValues<T>())
        {
            Assert.Matches(Word(), Words.Of(value));
            Assert.Equal(value, Words.Parse<T>(Words.Of(value)));
        }
    }

    [GeneratedRegex("^[a-z]+(_[a-z0-9]+)*$")]
    private static partial Regex Word();
}
