namespace OcopMarket.Sources.Ndjson;

/// <param name="Bytes">Without the line end; valid until the next line is read; empty when too long.</param>
/// <param name="Hash">Of its bytes.</param>
/// <param name="Fields">Of what it says in the fields that we know.</param>
internal readonly record struct LineOfBytes(int Number, ReadOnlyMemory<byte> Bytes, bool IsTooLong, UInt128 Hash, UInt128 Fields);
