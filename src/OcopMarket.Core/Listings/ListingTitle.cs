using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Listings;

/// <summary>The title of a listing, made from what we know, the same every time.</summary>
public static class ListingTitle
{
    /// <summary>The product's name; when it is shorter than <paramref name="min"/>, followed by the additions (producer, place) one after
    /// the other until it is long enough. An addition that the title already holds, or that would pass <paramref name="max"/>, is left
    /// out. A name that is too long stays as it is: shortening is the owner's.</summary>
    public static string Make(string productName, int min, int max, params IReadOnlyList<string?> additions)
    {
        var title = VietnameseText.Clean(productName) ?? "";
        foreach (var addition in additions.Select(VietnameseText.Clean).OfType<string>())
        {
            if (title.Length >= min)
            {
                break;
            }

            var longer = title.Length == 0 ? addition : $"{title} {addition}";
            var held = Padded(title).Contains(Padded(addition), StringComparison.Ordinal);
            title = held || longer.Length > max ? title : longer;
        }

        return title;
    }

    private static string Padded(string text) => $" {VietnameseText.Fold(text)} ";
}
