using System.Net;
using CsCheck;
using OcopMarket.Core.Listings;

namespace OcopMarket.Core.Tests.Catalog;

/// <summary>S22: a description is text. No markup of a list's own ever passes; the only tags are those that we write, without attributes.</summary>
public sealed class ListingHtmlTests
{
    private static readonly string[] _tags = ["p", "/p", "ul", "/ul", "li", "/li"];

    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><g onload=\"alert(1)\"/></svg>",
        "<a href=\"javascript:alert(1)\">x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>", "<p style=\"background:url(//x)\">x</p>",
        "<style>@import '//x'</style>", "<math><mtext></p><style><img src=x onerror=alert(1)></style>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--<img src=\"--><img src=x onerror=alert(1)>", "</li></ul><script>",
        "- <img src=x onerror=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "<\0script>alert(1)</script>", "<scr\u0000ipt>",
        "＜script＞alert(1)＜/script＞", "<p onclick=alert(1)>", "<ul class=x>", "]]><script>", "<?php ?>", "\"><script>alert(1)</script>", "<",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Markup_in_a_description_becomes_text(string text) => OnlyOurTags(ListingHtml.FromPlain(text));

    [Fact]
    public void Any_text_gives_only_our_tags_and_nothing_changes_the_second_time() =>
        Gen.OneOf(Gen.String[0, 40], Gen.Char["<>&\"'/=-*+• \npulisvg\0"].Array[0, 40].Select(c => new string(c))).Sample(text =>
        {
            var html = ListingHtml.FromPlain(text);
            OnlyOurTags(html);
            Assert.Equal(html, ListingHtml.FromPlain(ToPlain(html)));
        }, iter: 20_000);

    private static void OnlyOurTags(string html)
    {
        var parts = html.Split('<');
        Assert.Equal("", parts[0]);
        Assert.All(parts.Skip(1), part => Assert.Contains(part.Split('>')[0], _tags));
        Assert.All(parts.Skip(1), part => Assert.Equal(2, part.Split('>').Length));
        Assert.DoesNotContain('"', html);
    }

    private static string ToPlain(string html) => WebUtility.HtmlDecode(html
        .Replace("<ul>", "", StringComparison.Ordinal).Replace("</ul>", "", StringComparison.Ordinal)
        .Replace("<li>", "- ", StringComparison.Ordinal).Replace("</li>", "\n", StringComparison.Ordinal)
        .Replace("<p>", "", StringComparison.Ordinal).Replace("</p>", "\n", StringComparison.Ordinal));
}
