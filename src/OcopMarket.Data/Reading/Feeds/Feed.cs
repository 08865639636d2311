namespace OcopMarket.Data.Reading.Feeds;

/// <summary>A part of a list for a program: in the order of ids, so that its end says where the next part begins whatever changed since.</summary>
/// <param name="Next">Id of the last row, where more follow; null: this is the end.</param>
public sealed record FeedPage<T>(IReadOnlyList<T> Rows, long? Next);

/// <param name="After">Id of the last row that is known already; null: from the beginning.</param>
/// <param name="Size">Rows, at least 1.</param>
public sealed record FeedPlace(long? After, int Size)
{
    /// <summary>One more than is given out tells whether more follow; nothing is counted.</summary>
    internal int Limit => Size + 1;

    public FeedPage<T> Cut<T>(IReadOnlyList<T> rows, Func<T, long> id) =>
        rows.Count > Size ? new([.. rows.Take(Size)], id(rows[Size - 1])) : new(rows, null);
}
