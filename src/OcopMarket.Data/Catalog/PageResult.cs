using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>What a page did. Accepted (new or changed), unchanged (equal to the last time), repeated and rejected add up to the rows
/// read; warnings stand beside rows that were taken.</summary>
/// <param name="New">Of the accepted: rows that this source had not, or no longer, stated. Known in a dry run only.</param>
public sealed record PageResult(
    int Accepted, int Unchanged, int Repeated, IReadOnlyList<RejectedRow> Rejected, IReadOnlyList<RejectedRow> Warnings, int New = 0)
{
    public int Rows => Accepted + Unchanged + Repeated + Rejected.Count;
}
