namespace OcopMarket.Core.Catalog;

/// <summary>A picture as it lies beside the source, unread.</summary>
public sealed record MediaBytes(ReadOnlyMemory<byte> Bytes);
