using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>What happens to items by itself when its time has come. That a review is passed is told to nobody; a violation is pushed.</summary>
internal sealed class ShopeeReviews(ShopeePlatform platform)
{
    private static readonly TimeSpan MendWithin = TimeSpan.FromDays(7);

    private ShopeeState State => platform.State;

    public void Advance()
    {
        foreach (var item in State.InReview.Where(i => i.ReviewDueAt <= platform.Now).OrderBy(i => i.ReviewDueAt).ToList())
        {
            Ended(item, Judge(item));
        }
    }

    public bool Moderate(ShopeeItemRow item, string verdict, string? reason)
    {
        switch (verdict)
        {
            case "approve":
                Ended(item, []);
                break;
            case "reject":
                Ended(item, [Violation("Other Listing Improvement", reason ?? "Không đạt yêu cầu.")]);
                break;
            case "lock":
                Refused(item, ShopeeStatus.TakenDown, [Violation("Prohibited Listing", reason ?? "Bị gỡ.")]);
                break;
            case "unknown":
                State.Items.Put(item with { Status = ShopeeStatus.Unknown, ReviewDueAt = null, UpdatedAt = platform.Now });
                break;
            default:
                throw new ArgumentException($"'{verdict}' is not approve, reject, lock or unknown.", nameof(verdict));
        }

        return true;
    }

    private void Ended(ShopeeItemRow item, List<ViolationRow> violations)
    {
        if (violations.Count > 0)
        {
            Refused(item, ShopeeStatus.Banned, violations);
            return;
        }

        var status = item.Status is ShopeeStatus.Reviewing or ShopeeStatus.Banned ? item.AfterReview : item.Status;
        State.Items.Put(item with
        {
            Status = item.EndsUnknown ? ShopeeStatus.Unknown : status,
            ReviewDueAt = null,
            Violations = [],
            UpdatedAt = item.Status == status && !item.EndsUnknown ? item.UpdatedAt : platform.Now,
        });
    }

    private void Refused(ShopeeItemRow item, string status, List<ViolationRow> violations) => platform.Pushes.TellOfViolation(
        State.Items.Put(item with { Status = status, ReviewDueAt = null, Violations = violations, UpdatedAt = platform.Now }));

    private List<ViolationRow> Judge(ShopeeItemRow item)
    {
        var content = item.Content;
        var judged = content with { Images = [.. content.Images.Select(i => State.Images.Find(i)?.Sha256 ?? i)] };
        var subject = new ReviewCase(
            ShopeeState.IdText(item.ShopId), item.Sku, Chance.Fingerprint(JsonSerializer.Serialize(judged, Wire.CamelCase)),
            $"{content.ItemName}\n{content.Description}", IsFood: true, null, null);
        return [.. Moderator.Judge(platform.Settings, subject, Hanoi.DayOf(platform.Now)).Select(r => Violation(TypeOf(r.Code), r.Message))];
    }

    private ViolationRow Violation(string type, string reason) => new(
        type, reason, "Sửa theo lý do rồi gửi lại.", platform.Now.Add(MendWithin).ToUnixTimeSeconds(), platform.Now.ToUnixTimeSeconds());

    /// <summary>One of the seven kinds of section 9.</summary>
    private static string TypeOf(string code) => code switch
    {
        "IMAGE_BLURRED" or "IMAGE_HAS_PHONE" => "Inappropriate Image",
        "CLAIM_FORBIDDEN" => "Prohibited Listing",
        "PHONE_IN_TEXT" => "Spam",
        "FOOD_SAFETY_PAPER_MISSING" or "CERTIFICATE_UNREADABLE" or "CERTIFICATE_EXPIRED" => "Insufficient Information",
        _ => "Other Listing Improvement"
    };
}
