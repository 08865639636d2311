using OcopMarket.Core.People;

namespace OcopMarket.Data.Reading;

/// <summary>Whose rows the one who asks now may reach. In the portal: what the signed-in person's claims say, none for nobody.</summary>
public interface IReaderScope
{
    DataScope Current { get; }
}
