namespace OcopMarket.Sources.Normalising;

/// <summary>A value read from a cell: there, absent, or there and not readable.</summary>
internal readonly record struct Parsed<T>(T? Value, bool Unreadable)
    where T : struct
{
    public static readonly Parsed<T> None;

    public static readonly Parsed<T> Bad = new(null, true);

    public static implicit operator Parsed<T>(T value) => new(value, false);
}

/// <summary>Why one row is rejected.</summary>
internal sealed record RowProblem(Field Field, string Code, string ReasonVi, string ReasonEn);
