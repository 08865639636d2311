namespace OcopMarket.Core.Catalog;

/// <summary>A picture as it lies beside the source or behind an address, unread.</summary>
public sealed record MediaBytes(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Why there are no bytes; null: there are.</summary>
    public MediaRefusal? Refusal { get; init; }
}

/// <param name="WhyVi">Part of a sentence, without capital and full stop.</param>
public sealed record MediaRefusal(string Code, string WhyVi, string WhyEn);
