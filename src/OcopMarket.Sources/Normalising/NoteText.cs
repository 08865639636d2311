using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>A column "Ghi chú / Nguồn" holds a remark, addresses of web pages, or both.</summary>
internal static class NoteText
{
    /// <summary>The remark without the addresses; the addresses joined by " ; ".</summary>
    public static (string? Note, string? Links) Split(string? text)
    {
        if (text is null || !text.Contains("://", StringComparison.Ordinal))
        {
            return (VietnameseText.Clean(text), null);
        }

        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var links = words.Where(IsLink).Select(word => word.TrimEnd(';', ','));
        var note = string.Join(' ', words.Where(word => !IsLink(word) && word is not (";" or ","))).TrimEnd(';', ',', ' ');
        return (VietnameseText.Clean(note), string.Join(" ; ", links));
    }

    private static bool IsLink(string word) =>
        word.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
