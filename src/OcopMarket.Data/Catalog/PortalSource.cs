namespace OcopMarket.Data.Catalog;

/// <summary>What people say of products in the portal: a source of its own, of which the rows amend what lists state.</summary>
public static class PortalSource
{
    public const string Key = "portal";

    /// <summary>The last number there is: what it states wins over every list, since a later source wins over an earlier one.</summary>
    internal const string Number = "2147483647";

    /// <summary>Of a row <c>r</c>: a list states it, so that its product is there.</summary>
    internal const string StatedByList = $"r.gone_at IS NULL AND r.source_id <> {Number}";
}
