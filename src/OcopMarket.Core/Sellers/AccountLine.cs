namespace OcopMarket.Core.Sellers;

/// <summary>One row of a list of seller accounts, read and checked by itself. Texts are NFC and trimmed.</summary>
/// <param name="Seq">Number of the row among all rows of the file, from 1.</param>
/// <param name="Row">As the sheet or file counts.</param>
public sealed record AccountLine(int Seq, int Row, string Marketplace)
{
    /// <summary>Key of a producer of the catalogue; null: found by name and place, or a household outside it.</summary>
    public string? ProducerKey { get; init; }
    public string? OwnerName { get; init; }
    public string? Province { get; init; }
    public string? District { get; init; }
    public string? Commune { get; init; }
    public string? UnitCode { get; init; }
    public string? ExternalId { get; init; }
    public string? ShopName { get; init; }
    public string? Url { get; init; }
    public AccountState? State { get; init; }

    /// <summary>self, post_staff, trade_promotion_staff.</summary>
    public string? OpenedBy { get; init; }
    public string? ContactChannel { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public DateOnly? MandateGivenOn { get; init; }
    public DateOnly? MandateUntil { get; init; }
    public string? MandateEvidence { get; init; }
}

/// <summary>Why a row of a list is left out. The rest of the list goes on.</summary>
/// <param name="Column">Heading as in the file, or our name of the column when it is missing there.</param>
/// <param name="Code">Stable, for counting.</param>
public sealed record LineProblem(int Seq, int Row, string Column, string Code, string ReasonVi, string ReasonEn);

/// <summary>Some rows of a list, in its order.</summary>
/// <param name="Repeated">Rows that say word for word what an earlier one says.</param>
public sealed record LinePage<T>(IReadOnlyList<T> Lines, IReadOnlyList<LineProblem> Problems, int Repeated);

/// <summary>How many households have an account on a marketplace, where a report gives nothing but the number.</summary>
/// <param name="Mark">documented or provisional.</param>
public sealed record AccountCountLine(int Seq, int Row, string Marketplace, string UnitCode, DateOnly AsOf, int Count, string Source, string Mark);
