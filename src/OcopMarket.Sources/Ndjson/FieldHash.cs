using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Hashes what a line says in the fields that we know, as it is written there. Not for several threads at a time.</summary>
internal sealed class FieldHash
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = NdjsonLine.MaxDepth };

    /// <summary>By the length of their names: few share one.</summary>
    private static readonly (byte[] Name, byte Field)[][] Known = ByLength();

    private byte[] _said = new byte[4_096];

    /// <param name="line">Without its end.</param>
    /// <returns>Null: of a line that is no whole object in UTF-8, or writes a name in a strange way, all bytes count.</returns>
    public UInt128? Of(ReadOnlySpan<byte> line, UInt128 seed)
    {
        // Of each field its number, the kind of its value and the length of it stand before what is written.
        var room = line.Length * 3;
        if (_said.Length < room)
        {
            _said = new byte[room];
        }

        return Utf8.IsValid(line) && Gather(line, _said) is >= 0 and var length ? LineScan.Hash(_said.AsSpan(0, length), seed) : null;
    }

    /// <summary>The first field of a line that counts days from an anchor day; null: there is none.</summary>
    public static string? FirstOffset(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, Options);
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1
                    && (json.ValueTextEquals("issuedDaysAgo"u8) || json.ValueTextEquals("expiresInDays"u8)))
                {
                    return json.GetString();
                }
            }
        }
        catch (JsonException)
        {
            // The line is refused by itself.
        }

        return null;
    }

    /// <returns>Bytes gathered; -1: all of the line counts.</returns>
    private static int Gather(ReadOnlySpan<byte> line, Span<byte> said)
    {
        var json = new Utf8JsonReader(line, Options);
        var length = 0;
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return -1;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueIsEscaped)
                {
                    return -1;
                }

                var field = FieldOf(json.ValueSpan);
                json.Read();
                var start = (int)json.TokenStartIndex;
                json.Skip();
                if (field > 0)
                {
                    var value = line[start..(int)json.BytesConsumed];
                    said[length] = field;
                    BitConverter.TryWriteBytes(said[(length + 1)..], value.Length);
                    value.CopyTo(said[(length + 5)..]);
                    length += 5 + value.Length;
                }
            }

            return json.TokenType == JsonTokenType.EndObject && !json.Read() ? length : -1;
        }
        catch (JsonException)
        {
            return -1;
        }
    }

    /// <summary>0: none that we know.</summary>
    private static byte FieldOf(ReadOnlySpan<byte> name)
    {
        foreach (var (known, field) in name.Length < Known.Length ? Known[name.Length] : [])
        {
            if (name.SequenceEqual(known))
            {
                return field;
            }
        }

        return 0;
    }

    private static (byte[] Name, byte Field)[][] ByLength()
    {
        var names = NdjsonReader.Properties.Keys.Order(StringComparer.Ordinal).Select((name, i) => (Encoding.UTF8.GetBytes(name), (byte)(i + 1)))
            .ToLookup(n => n.Item1.Length);
        return [.. Enumerable.Range(0, names.Max(n => n.Key) + 1).Select(length => names[length].ToArray())];
    }
}
