using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OcopMarket.Data.Catalog;

/// <summary>Writes the facts of one record after the other as JSON, each twice at once: as they are hashed, with every letter beyond ASCII
/// escaped, and as they travel, with letters as they are, which are shorter and quicker to read. Not for several threads at a time.</summary>
internal sealed class FactsWriter : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _hashed = new(4_096);
    private readonly ArrayBufferWriter<byte> _stored = new(4_096);
    private readonly Utf8JsonWriter _toHash;
    private readonly Utf8JsonWriter _toStore;
    private readonly Dictionary<string, string> _how = [];
    private HashSet<string>? _invented;
    private string _scope = "";

    public FactsWriter() => (_toHash, _toStore) = (new(_hashed), new(_stored, Relaxed));

    /// <param name="keys">Stand before the facts in what is hashed.</param>
    /// <param name="invented">Names of properties whose value was invented.</param>
    public void Begin(byte version, string keys, bool isNamed, IReadOnlyList<string> invented)
    {
        Clear();
        _how.Clear();
        _invented = invented.Count == 0 ? null : new(invented, StringComparer.OrdinalIgnoreCase);
        _hashed.Write([version]);
        Encoding.UTF8.GetBytes(keys, _hashed);
        _toHash.WriteStartObject();
        _toStore.WriteStartObject();
        Put("named", isNamed);
    }

    public void BeginScope(string name)
    {
        _scope = name;
        _toHash.WriteStartObject(name);
        _toStore.WriteStartObject(name);
    }

    public void EndScope()
    {
        _toHash.WriteEndObject();
        _toStore.WriteEndObject();
    }

    public (byte[] Hash, byte[] Stored) End()
    {
        BeginScope("how");
        foreach (var (field, how) in _how)
        {
            _toHash.WriteString(field, how);
            _toStore.WriteString(field, how);
        }

        EndScope();
        EndScope();
        _toHash.Flush();
        _toStore.Flush();
        return (SHA256.HashData(_hashed.WrittenSpan), _stored.WrittenSpan.ToArray());
    }

    public void Put(string column, bool value)
    {
        _toHash.WriteBoolean(column, value);
        _toStore.WriteBoolean(column, value);
    }

    public void Put(string column, string? value, string? property = null, string? how = null)
    {
        if (value is not null)
        {
            var storable = RecordFacts.Storable(value);
            _toHash.WriteString(column, storable);
            _toStore.WriteString(column, storable);
            Known(column, property, how);
        }
    }

    public void Put(string column, decimal? value, string property)
    {
        if (value is { } number)
        {
            _toHash.WriteNumber(column, number);
            _toStore.WriteNumber(column, number);
            Known(column, property, null);
        }
    }

    public void Put(string column, IReadOnlyList<string> values, string property)
    {
        _toHash.WriteStartArray(column);
        _toStore.WriteStartArray(column);
        foreach (var value in values)
        {
            _toHash.WriteStringValue(value);
            _toStore.WriteStringValue(value);
        }

        _toHash.WriteEndArray();
        _toStore.WriteEndArray();
        Known(column, property, null);
    }

    /// <summary>The row as read, for evidence. A heading that stands twice gets a number.</summary>
    public byte[] Raw(IReadOnlyList<KeyValuePair<string, string>> raw)
    {
        Clear();
        var names = new HashSet<string>(raw.Count, StringComparer.Ordinal);
        _toStore.WriteStartObject();
        foreach (var (heading, text) in raw)
        {
            var name = RecordFacts.Storable(heading);
            for (var i = 2; !names.Add(name); i++)
            {
                name = FormattableString.Invariant($"{RecordFacts.Storable(heading)} ({i})");
            }

            _toStore.WriteString(name, RecordFacts.Storable(text));
        }

        _toStore.WriteEndObject();
        _toStore.Flush();
        return _stored.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        _toHash.Dispose();
        _toStore.Dispose();
    }

    private void Clear()
    {
        _hashed.ResetWrittenCount();
        _stored.ResetWrittenCount();
        _toHash.Reset();
        _toStore.Reset();
    }

    private void Known(string column, string? property, string? how)
    {
        if (property is not null && _invented is { } invented && invented.Contains(property))
        {
            _how[$"{_scope}.{column}"] = "invented";
        }
        else if (how is not null)
        {
            _how[$"{_scope}.{column}"] = how;
        }
    }
}
