namespace OcopMarket.Core.Marketplaces;

/// <summary>Short name of a marketplace in settings, tables and addresses: <c>postmart</c>, <c>voso</c>.</summary>
public readonly record struct MarketplaceKey(string Value)
{
    public override string ToString() => Value;
}
