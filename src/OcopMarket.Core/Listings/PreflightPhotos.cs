using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Listings;

/// <summary>Pictures: how many, how large, of which kind. The argument of a finding is the picture's place, from 1.</summary>
internal static class PreflightPhotos
{
    public static IEnumerable<IssueFinding> Check(IReadOnlyList<ListingImage> images, ImageRule rule)
    {
        if (images.Count < rule.Min)
        {
            yield return PreflightIssue.Of("image_missing", Preflight.Number(rule.Min));
        }
        else if (images.Count > rule.Max)
        {
            yield return PreflightIssue.Of("image_count", Preflight.Number(rule.Max));
        }

        for (var i = 0; i < images.Count; i++)
        {
            if (Problem(images[i], rule) is { } code)
            {
                yield return PreflightIssue.Of(
                    code, Preflight.Number(i + 1), Preflight.Number(rule.MinSide), Preflight.Number(rule.MaxSide),
                    Preflight.Number(rule.MaxBytes / 1_000_000m));
            }
        }
    }

    private static string? Problem(ListingImage image, ImageRule rule)
    {
        if (!rule.ContentTypes.Contains(image.ContentType, StringComparer.OrdinalIgnoreCase))
        {
            return "image_type";
        }

        if (Math.Min(image.Width, image.Height) < rule.MinSide)
        {
            return "image_too_small";
        }

        return Math.Max(image.Width, image.Height) > rule.MaxSide || image.Bytes > rule.MaxBytes ? "image_too_large" : null;
    }
}
