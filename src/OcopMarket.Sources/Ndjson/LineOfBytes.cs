namespace OcopMarket.Sources.Ndjson;

/// <param name="Bytes">Without the line end; valid until the next line is read; empty when too long.</param>
/// <param name="IsEnded">Whether a line end follows.</param>
internal readonly record struct LineOfBytes(int Number, ReadOnlyMemory<byte> Bytes, bool IsEnded, bool IsTooLong);
