using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>A page of a source, checked and hashed, as the database takes it.</summary>
public sealed class PreparedPage
{
    internal PreparedPage(SourcePage page, StagedPage staged) => (Page, Staged) = (page, staged);

    internal SourcePage Page { get; }
    internal StagedPage Staged { get; }
}
