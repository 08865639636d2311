using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Worker.Sync;

/// <summary>What an answer means for each change of its call.</summary>
public sealed partial class ShopRun
{
    /// <returns>Null: the platform answered, be it with refusals.</returns>
    private static string? Unanswered(IReadOnlyList<ChangeOutcome> outcomes) =>
        outcomes.All(o => o is { Failure: FailureKind.Ambiguous or FailureKind.Transient, PlatformCode: not ("stopped" or "too_late") })
            ? outcomes[0].PlatformCode ?? "unknown"
            : null;

    private bool AboutShop(MarketplaceException e) => services.Refusals.IsAboutTheShop(shop.Key, e.PlatformCode);

    /// <summary>A refused call as the outcome of each change: nothing of it landed.</summary>
    private ChangeOutcome WholeCall(MarketplaceException e, int count) =>
        e.Kind == FailureKind.Rejected && (AboutShop(e) || count > 1)
            ? ChangeOutcome.Failed(FailureKind.Transient, e.PlatformCode, e.Detail)
            : ChangeOutcome.Failed(e.Kind, e.PlatformCode, e.Detail) with { RetryAfter = e.RetryAfter };

    private TaskEnd End(TaskWork work, long attempt, ChangeOutcome outcome)
    {
        if (outcome.Failure is null)
        {
            var differs = outcome.Differs;
            return new(
                work, attempt, TaskOutcome.Accepted, outcome.ExternalId, outcome.Url, differs?.Code, differs?.Message ?? outcome.StatusRaw, TimeSpan.Zero,
                differs is null ? null : services.Refusals.Of(shop.Key, differs.Code, differs.Message, differs.Field));
        }

        var end = new TaskEnd(
            work, attempt, TaskOutcome.Delayed, null, null, outcome.PlatformCode, outcome.Detail, outcome.RetryAfter ?? Wait([work]), null);
        return outcome switch
        {
            // Ours by its SKU, though we did not know: the look-up names it, nothing is created. Where it never does, a person must look.
            { SkuTaken: true } when work.Failures < 5 => end with { Outcome = TaskOutcome.Unknown, Wait = TimeSpan.Zero },
            { Failure: FailureKind.Ambiguous } when work.Kind == ChangeKind.Create =>
                end with { Outcome = TaskOutcome.Unknown, Wait = Sabotage.Settling ? TimeSpan.Zero : _adapter.Capabilities.SettlingTime },
            { Failure: FailureKind.Ambiguous } => end with { Outcome = TaskOutcome.Unknown },
            { Failure: FailureKind.Rejected } => end with
            {
                Outcome = TaskOutcome.Refused,
                Wait = TimeSpan.Zero,
                Refusal = services.Refusals.Of(shop.Key, outcome.PlatformCode, outcome.Detail, outcome.Field),
            },
            // A new token and once more at once; a platform that refuses that one too is not asked in a circle.
            { Failure: FailureKind.Unauthorized } when work.Failures == 0 => end with { Wait = TimeSpan.Zero },
            _ => end,
        };
    }
}
