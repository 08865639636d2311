using System.Globalization;
using System.Resources;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core.Catalog;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Text;

/// <summary>The words of the pages in the reader's language. Vietnamese unless the reader chose English.</summary>
public sealed class Texts(IHttpContextAccessor http, CookieNames cookies)
{
    private static readonly ResourceManager Resources = new("OcopMarket.Web.Text.Words", typeof(Texts).Assembly);
    private static readonly CultureInfo Vietnamese = CultureInfo.GetCultureInfo("vi");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary><c>vi</c> or <c>en</c>.</summary>
    public string Language => http.HttpContext?.Request.Cookies[cookies.Language] == "en" ? "en" : "vi";

    /// <exception cref="MissingManifestResourceException">The key is not in the words.</exception>
    public string this[string key] => Get(key, Language) ?? throw new MissingManifestResourceException($"No text '{key}'.");

    /// <param name="args">Already formatted for people.</param>
    public string this[string key, params ReadOnlySpan<object?> args] => string.Format(CultureInfo.InvariantCulture, this[key], args);

    /// <summary>The word of a value that tables or platforms may extend; the value itself where we have no word.</summary>
    public string Word(string area, string? value) =>
        string.IsNullOrEmpty(value) ? "" : Get($"{area}.{value}", Language) ?? value;

    /// <summary>By what a mandate is known: the number of a form as it was written, or that its giver ticked the text in the portal.</summary>
    public string Evidence(string evidence) =>
        evidence.StartsWith(Mandates.MandateDesk.InPortal, StringComparison.Ordinal) ? this["mandate.evidence.portal"] : evidence;

    /// <summary>With a capital at the beginning.</summary>
    public static string Upper(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];

    public string? Find(string key) => Get(key, Language);

    /// <summary>vừa xong, 3 phút trước, 5 giờ trước, hôm qua 09:40, 4 ngày trước; past a week the day.</summary>
    public string Ago(DateTimeOffset moment, DateTimeOffset now)
    {
        var age = now - moment;
        var days = VietnamDay.Of(now).DayNumber - VietnamDay.Of(moment).DayNumber;
        return (age, days) switch
        {
            ({ TotalMinutes: < 1 }, _) => this["time.now"],
            ({ TotalHours: < 1 }, _) => this["time.minutes", (int)age.TotalMinutes],
            (_, <= 0) => this["time.hours", (int)age.TotalHours],
            (_, 1) => this["time.yesterday", VietnamFormat.Clock(moment)],
            (_, <= 7) => this["time.days", days],
            _ => VietnamFormat.Day(moment),
        };
    }

    internal static string? Get(string key, string language) => Resources.GetString(key, language == "en" ? English : Vietnamese);

    internal static ResourceSet Set(string language) =>
        Resources.GetResourceSet(language == "en" ? English : CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;
}
