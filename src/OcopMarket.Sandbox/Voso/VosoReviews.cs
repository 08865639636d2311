using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>Review of products; it waits until the pictures are fetched or given up.</summary>
internal sealed class VosoReviews(VosoPlatform platform)
{
    public void Advance()
    {
        var due = platform.State.InReview.Where(p => p.ReviewDueAt <= platform.Now && p.NextFetchAt is null);
        foreach (var product in due.OrderBy(p => p.ReviewDueAt).ToList())
        {
            var unfetched = product.Unfetched.Select(u => $"Ảnh không tải được: {u}");
            End(product, [.. unfetched, .. Judge(product).Select(r => r.Message.TrimEnd('.'))]);
        }
    }

    public void Moderate(VosoProduct product, string verdict, string? reason)
    {
        switch (verdict)
        {
            case "approve":
                End(product, []);
                break;
            case "reject":
                End(product, [reason ?? "Không đạt yêu cầu"]);
                break;
            case "lock":
                Set(product, VosoStates.Locked, reason ?? "Bị khóa");
                break;
            case "unknown":
                Set(product, VosoStates.Unknown, null);
                break;
            default:
                throw new ArgumentException($"'{verdict}' is not approve, reject, lock or unknown.", nameof(verdict));
        }
    }

    private IReadOnlyList<Refusal> Judge(VosoProduct product)
    {
        var content = product.Content;
        // By the bytes of the pictures, not by their addresses: an address may carry a port or a signature.
        // Without the certificate's last day: a catalogue whose days are offsets from today is judged the same tomorrow.
        var judged = content with { ImageUrls = product.Fetched, OcopCertExpire = null };
        var hash = Chance.Fingerprint(JsonSerializer.Serialize(judged, Wire.CamelCase));
        var subject = new ReviewCase(
            VosoState.IdText(product.MerchantId), content.MerchantSku, hash, $"{content.ProductName}\n{content.ProductDescription}",
            VosoCategories.IsFoodOrDrink(content.CategoryId), content.IsOcop ? content.OcopCertNo : null,
            content.IsOcop ? Hanoi.ParseDay(content.OcopCertExpire, "yyyy-MM-dd") : null);
        return Moderator.Judge(platform.Settings, subject, Hanoi.DayOf(platform.Now));
    }

    private void End(VosoProduct product, IReadOnlyList<string> reasons)
    {
        var approved = product.EndsUnknown ? VosoStates.Unknown : VosoStates.Approved;
        Set(product, reasons.Count == 0 ? approved : VosoStates.Rejected, reasons.Count == 0 ? null : string.Join("; ", reasons));
    }

    private void Set(VosoProduct product, string state, string? reason) =>
        platform.Products.Put(product with { State = state, Reason = reason, ReviewDueAt = null, NextFetchAt = null });
}
