using System.Collections;
using System.Text.RegularExpressions;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Tests;

[Trait("Category", "Culture")]
public sealed partial class WordsTests
{
    [Fact]
    public void Every_Vietnamese_text_has_an_English_twin_with_the_same_placeholders()
    {
        var vi = All("vi");
        var en = All("en");
        Assert.Equal(vi.Keys.Order(StringComparer.Ordinal), en.Keys.Order(StringComparer.Ordinal));
        Assert.All(vi, text => Assert.Equal(Holes(text.Value), Holes(en[text.Key])));
    }

    [Fact]
    public void No_text_is_empty_or_shouts() =>
        Assert.All(All("vi").Concat(All("en")), t => Assert.True(t.Value.Trim().Length > 0 && !t.Value.Contains('!', StringComparison.Ordinal), t.Key));

    [Fact]
    public void Every_state_has_word_icon_and_tone_in_both_languages()
    {
        string?[] owners = [null, .. Words.All<Party>()];
        foreach (var state in Words.All<ListingState>())
        {
            foreach (var owner in owners)
            {
                var word = StateWord.Of(state, owner);
                Assert.Contains(word.Tone, StateWord.Tones);
                Assert.Contains($"id=\"i-{word.Icon}\"", Sprite(), StringComparison.Ordinal);
                Assert.NotNull(Texts.Get(word.Key, "vi"));
                Assert.NotNull(Texts.Get(word.Key, "en"));
            }
        }
    }

    [Fact]
    public void The_matrix_knows_every_state_once() =>
        Assert.Equal(Enum.GetValues<ListingState>().Order(), StateWord.InOrder.Order());

    [Theory]
    [InlineData("blocked", "producer", "state.blocked")]
    [InlineData("blocked", "staff", "state.blocked.staff")]
    [InlineData("in_review", "platform", "state.in_review")]
    [InlineData("in_review", "staff", "state.in_review.overdue")]
    [InlineData("no_such_state", "staff", "state.needs_attention")]
    public void One_state_has_two_words_where_another_party_must_act(string state, string owner, string key) =>
        Assert.Equal(key, StateWord.Of(state, owner).Key);

    private static Dictionary<string, string> All(string language) =>
        Texts.Set(language).Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!);

    private static string[] Holes(string text) => [.. Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)];

    private static string Sprite()
    {
        using var reader = new StreamReader(typeof(Texts).Assembly.GetManifestResourceStream("assets/icons.svg")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();
}
