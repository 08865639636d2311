using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OcopMarket.Web.Api;

/// <summary>Where the next part of a list begins: the last id that was given out, with the list that it belongs to. Programs are to hand it back as
/// it is; it opens nothing that the key does not.</summary>
internal static class ApiCursor
{
    private const string Form = "1";

    public static string Write(ApiResource list, long id) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Form}.{(int)list}.{id}")));

    /// <returns>Null: we did not write it, or for another list.</returns>
    public static long? Read(ApiResource list, string text)
    {
        if (text.Length > 64 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts is [Form, var of, var last] && of == ((int)list).ToString(CultureInfo.InvariantCulture)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Write(list, id) == text
                ? id
                : null;
    }
}
