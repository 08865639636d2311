using OcopMarket.Core.People;

namespace OcopMarket.Data.Reading;

/// <summary>Whose rows the one who asks now may reach. In the portal: what the claims of the person, or of the program's key, say; none for nobody.</summary>
public interface IReaderScope
{
    DataScope Current { get; }

    /// <summary>Number of the account of the person who asks; null: nobody, or a program.</summary>
    long? Person => null;

    /// <summary>After how long the server breaks a statement of theirs off; null: as the connection says.</summary>
    TimeSpan? Longest => null;
}
