namespace OcopMarket.Data.Catalog;

/// <summary>A page of a source, checked and hashed, as the database takes it; its records are not kept.</summary>
public sealed class PreparedPage
{
    internal PreparedPage(int unchanged, string cursor, StagedPage staged) => (Unchanged, Cursor, Staged) = (unchanged, cursor, staged);

    /// <summary>Rows of it that were not read, since they are stored as they stand.</summary>
    internal int Unchanged { get; }

    /// <summary>Where the next page begins.</summary>
    internal string Cursor { get; }
    internal StagedPage Staged { get; }
}
