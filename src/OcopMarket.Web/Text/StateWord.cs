using OcopMarket.Core;
using OcopMarket.Core.Listings;

namespace OcopMarket.Web.Text;

/// <summary>How a state is drawn: tone (colour), icon and the key of its word. Colour never stands alone.</summary>
/// <param name="Tone">ok, wait, act, bad, off or huh: a class of the stylesheet.</param>
public sealed record StateWord(string Tone, string Icon, string Key)
{
    /// <summary>The states of the ledger; one may have two words where another party must act.</summary>
    /// <param name="state">As stored; one that we do not know needs a look.</param>
    public static StateWord Of(string state, string? owner = null) =>
        Words.TryParse<ListingState>(state, out var known) ? Of(known, owner) : new("act", "drift", "state.needs_attention");

    private static StateWord Of(ListingState state, string? owner) => state switch
    {
        ListingState.Off => new("off", "removed", "state.off"),
        ListingState.Blocked when owner == "staff" => new("act", "blocked", "state.blocked.staff"),
        ListingState.Blocked => new("act", "fill", "state.blocked"),
        ListingState.Held => new("act", "held", "state.held"),
        ListingState.Waiting => new("wait", "queued", "state.waiting"),
        ListingState.Sending => new("wait", "sent", "state.sending"),
        ListingState.Unconfirmed => new("huh", "unconfirmed", "state.unconfirmed"),
        ListingState.InReview when owner == "staff" => new("act", "stuck", "state.in_review.overdue"),
        ListingState.InReview => new("wait", "review", "state.in_review"),
        ListingState.Live => new("ok", "live", "state.live"),
        ListingState.LiveChanging => new("ok", "live-changing", "state.live_changing"),
        ListingState.OutOfStock => new("off", "empty", "state.out_of_stock"),
        ListingState.Hidden => new("off", "hidden", "state.hidden"),
        ListingState.Rejected => new("bad", "rejected", "state.rejected"),
        ListingState.Locked => new("bad", "locked", "state.locked"),
        ListingState.Stopping => new("wait", "stopping", "state.stopping"),
        ListingState.Removed => new("off", "removed", "state.removed"),
        ListingState.Unheard => new("huh", "unknown", "state.unheard"),
        ListingState.NeedsAttention => new("act", "drift", "state.needs_attention"),
        ListingState.Failed => new("bad", "failed", "state.failed"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>All states in the order in which a listing lives through them: the columns of a matrix.</summary>
    public static IReadOnlyList<ListingState> InOrder { get; } =
    [
        ListingState.Live, ListingState.LiveChanging, ListingState.InReview, ListingState.Sending, ListingState.Waiting,
        ListingState.Stopping, ListingState.Blocked, ListingState.Held, ListingState.NeedsAttention, ListingState.Rejected,
        ListingState.Locked, ListingState.Failed, ListingState.Unconfirmed, ListingState.Unheard, ListingState.OutOfStock,
        ListingState.Hidden, ListingState.Removed, ListingState.Off,
    ];

    /// <summary>Tones in the order of a bar.</summary>
    public static IReadOnlyList<string> Tones { get; } = ["ok", "wait", "act", "bad", "huh", "off"];
}
