namespace OcopMarket.Sandbox.WooCommerce;

internal static class WooCommerceStatus
{
    public const string Draft = "draft";
    public const string Publish = "publish";
    public const string Private = "private";
    public const string Trash = "trash";

    /// <summary>A word that some extension of a shop has made up.</summary>
    public const string Unknown = "archived";

    /// <summary>What a write may ask for.</summary>
    public static readonly IReadOnlyList<string> Writable = [Draft, "pending", Private, Publish, "future"];
}
