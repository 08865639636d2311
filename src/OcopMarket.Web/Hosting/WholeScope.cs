using OcopMarket.Core.People;
using OcopMarket.Data.Reading;

namespace OcopMarket.Web.Hosting;

/// <summary>A portal without people: who reaches it sees everything.</summary>
internal sealed class WholeScope : IReaderScope
{
    public DataScope Current => DataScope.All;
}
