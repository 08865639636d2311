using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Review of items and verification of shops: what happens by itself when its time has come.</summary>
internal sealed class PostmartReviews(PostmartPlatform platform)
{
    private PostmartState State => platform.State;

    public void Advance()
    {
        foreach (var shop in State.Unverified.Where(s => s.VerifyDueAt <= platform.Now).ToList())
        {
            State.Shops.Put(shop with { Status = MeetsLock(shop) ? 2 : 1, VerifyDueAt = null, UpdatedAt = platform.Now });
        }

        var changes = new List<StatusChange>();
        foreach (var item in State.InReview.Where(i => i.ReviewDueAt <= platform.Now).OrderBy(i => i.ReviewDueAt).ToList())
        {
            changes.Add(Ended(item, Judge(item)));
        }

        platform.Callbacks.Tell(changes);
    }

    public bool Moderate(PostmartItem item, string verdict, string? reason)
    {
        StatusChange? change = verdict switch
        {
            "approve" => Ended(item, []),
            "reject" => Ended(item, [new RejectReason("OTHER", null, reason ?? "Không đạt yêu cầu.")]),
            "lock" => Told(State.Items.Put(item with
            {
                Status = PostmartStatus.Locked,
                ReviewDueAt = null,
                Pending = null,
                RejectReasons = [new RejectReason("OTHER", null, reason ?? "Bị khóa.")],
                UpdatedAt = platform.Now
            })),
            "unknown" => Told(State.Items.Put(item with { Status = PostmartStatus.Unknown, ReviewDueAt = null, UpdatedAt = platform.Now })),
            _ => throw new ArgumentException($"'{verdict}' is not approve, reject, lock or unknown.", nameof(verdict))
        };
        platform.Callbacks.Tell([change]);
        return true;
    }

    private bool MeetsLock(PostmartShop shop) =>
        platform.Settings.LockedShopPhone is { } phone ? phone == shop.Phone : platform.Settings.LockedShopNumber == shop.Number;

    private List<RejectReason> Judge(PostmartItem item)
    {
        var content = item.Pending ?? item.Content;
        var pictures = content.Images.Select(i => State.Media.Find(i)?.Sha256 ?? i);
        // Without the certificate's days: a catalogue whose days are offsets from today is judged the same tomorrow.
        var judged = content with { Images = [.. pictures], Ocop = content.Ocop is { } o ? o with { IssuedDate = "", ExpiredDate = "" } : null };
        var hash = Chance.Fingerprint(JsonSerializer.Serialize(judged, Wire.CamelCase));
        var subject = new ReviewCase(
            item.ShopCode, content.ItemCode, hash, $"{content.Name}\n{content.ShortDescription}\n{content.Description}",
            PostmartCategories.IsFoodOrDrink(content.CategoryId), content.Ocop?.CertificateNo,
            Hanoi.ParseDay(content.Ocop?.ExpiredDate, "dd/MM/yyyy"));
        var refusals = Moderator.Judge(platform.Settings, subject, Hanoi.DayOf(platform.Now));
        return [.. refusals.Select(r => new RejectReason(r.Code, FieldOf(r.Field), r.Message))];
    }

    /// <summary>A refused edit leaves the old version live, with the reasons beside it.</summary>
    private StatusChange Ended(PostmartItem item, List<RejectReason> reasons)
    {
        var ended = item with { ReviewDueAt = null, Pending = null, RejectReasons = reasons, UpdatedAt = platform.Now };
        var approved = reasons.Count == 0;
        if (item.Pending is not null)
        {
            ended = approved ? ended with { Content = item.Pending } : ended;
        }
        else if (item.Status is PostmartStatus.InReview or PostmartStatus.Refused or PostmartStatus.Draft)
        {
            ended = ended with { Status = approved ? PostmartStatus.OnSaleWith(item.Quantity) : PostmartStatus.Refused };
        }
        else if (!approved)
        {
            ended = ended with { Status = PostmartStatus.Refused };
        }

        return Told(State.Items.Put(approved && item.EndsUnknown ? ended with { Status = PostmartStatus.Unknown } : ended));
    }

    private StatusChange Told(PostmartItem item) =>
        new(item.ShopCode, item.Content.ItemCode, item.ProductId, item.Status, Hanoi.Text(platform.Now));

    private static string FieldOf(string neutral) => neutral switch
    {
        "category" => "categoryId",
        "certificate" => "ocop",
        "food-safety" => "giay-attp",
        _ => neutral
    };
}
