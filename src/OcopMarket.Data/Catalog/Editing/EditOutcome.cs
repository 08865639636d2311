using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Core.People;

namespace OcopMarket.Data.Catalog.Editing;

/// <summary>One field as a form sends it.</summary>
/// <param name="Part">Key of the variant; empty: the product itself.</param>
/// <param name="Seen">Mark of the value that the form showed.</param>
/// <param name="TakeBack">What lists say shall hold again.</param>
public sealed record FieldWish(string Part, EditField Field, EditValue Value, string Seen, bool TakeBack);

/// <summary>A field that somebody, or a list, changed after the form was opened, to something else than this form says.</summary>
public sealed record EditConflict(string Part, EditField Field, EditValue Theirs);

/// <param name="Version">Of what was saved; null: nothing was.</param>
/// <param name="Product">As it stands now; may be gone.</param>
public sealed record EditOutcome(int? Version, EditProduct? Product, IReadOnlyList<EditConflict> Conflicts);

/// <summary>Why a version was not restored, or pictures stay as they are.</summary>
public enum EditRefusal
{
    /// <summary>There is no such product for whoever asks, or no list states it any more.</summary>
    Gone,

    /// <summary>Somebody changed it after the page was opened.</summary>
    Changed,

    /// <summary>Nothing would differ.</summary>
    Same,

    /// <summary>More pictures than a product may have.</summary>
    TooMany,
}

/// <param name="Version">The new one; null together with the reason: nothing was written.</param>
public sealed record EditResult(int? Version, EditRefusal? Refusal)
{
    public static EditResult Refused(EditRefusal why) => new(null, why);
}

/// <summary>A changed field of a version.</summary>
/// <param name="Part">Name of the variant; null: the product itself.</param>
/// <param name="Back">The lists' word holds again.</param>
public sealed record EditChange(string Field, string? Part, string? Was, string? Becomes, bool Back);

/// <summary>Who edits.</summary>
public sealed record Editor(Actor Actor, string Role);
