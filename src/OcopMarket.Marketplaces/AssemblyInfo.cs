using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("OcopMarket.Marketplaces.Tests")]
