using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>What happens to products by itself when its time has come. Every verdict is pushed.</summary>
internal sealed class LazadaReviews(LazadaPlatform platform)
{
    private LazadaState State => platform.State;

    public void Advance()
    {
        foreach (var product in State.InReview.Where(p => p.ReviewDueAt <= platform.Now).OrderBy(p => p.ReviewDueAt).ToList())
        {
            Ended(product, Judge(product));
        }
    }

    public bool Moderate(LazadaProductRow product, string verdict, string? reason)
    {
        switch (verdict)
        {
            case "approve":
                Ended(product, []);
                break;
            case "reject":
                Ended(product, [Reason(reason ?? "Không đạt yêu cầu.")]);
                break;
            case "lock":
                Refused(product, LazadaStatus.Lock, "LOCK", [Reason(reason ?? "Bị khóa.")]);
                break;
            case "unknown":
                State.Products.Put(product with { Status = LazadaStatus.Unknown, SubStatus = null, ReviewDueAt = null, UpdatedAt = platform.Now });
                break;
            default:
                throw new ArgumentException($"'{verdict}' is not approve, reject, lock or unknown.", nameof(verdict));
        }

        return true;
    }

    private void Ended(LazadaProductRow product, List<LazadaReasonRow> reasons)
    {
        var isNew = product.Status is not (LazadaStatus.Active or LazadaStatus.InActive);
        if (reasons.Count > 0)
        {
            Refused(product, isNew ? LazadaStatus.Reject : LazadaStatus.LiveReject, isNew ? "REJECTED" : "LIVE_REJECTED", reasons);
            return;
        }

        var passed = State.Products.Put(product with
        {
            Status = product.EndsUnknown ? LazadaStatus.Unknown : isNew ? LazadaStatus.Active : product.Status,
            SubStatus = null,
            ReviewDueAt = null,
            Reasons = [],
            UpdatedAt = isNew ? platform.Now : product.UpdatedAt,
        });
        platform.Pushes.TellOfVerdict(passed, "APPROVED", "");
    }

    private void Refused(LazadaProductRow product, string subStatus, string word, List<LazadaReasonRow> reasons)
    {
        var row = State.Products.Put(product with
        {
            Status = LazadaStatus.Suspended,
            SubStatus = subStatus,
            ReviewDueAt = null,
            Reasons = reasons,
            UpdatedAt = platform.Now,
        });
        platform.Pushes.TellOfVerdict(row, word, $"<p>{string.Join(' ', reasons.Select(r => r.ViolationDetail))}</p>");
    }

    private List<LazadaReasonRow> Judge(LazadaProductRow product)
    {
        var content = product.Content;
        var judged = content with { Images = [.. content.Images.Select(i => platform.Images.Find(i)?.Sha256 ?? i)] };
        var subject = new ReviewCase(
            LazadaState.IdText(product.SellerId), product.SellerSku, Chance.Fingerprint(JsonSerializer.Serialize(judged, Wire.CamelCase)),
            $"{content.Name}\n{content.Description}", IsFood: true, null, null);
        return [.. Moderator.Judge(platform.Settings, subject, Hanoi.DayOf(platform.Now)).Select(r => Reason(r.Message))];
    }

    private static LazadaReasonRow Reason(string text) => new(text, "Sửa theo lý do rồi gửi lại.");
}
