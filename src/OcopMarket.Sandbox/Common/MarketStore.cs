using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

/// <summary>The state and the call log of one platform. Not safe for several threads: its platform's lock guards it.</summary>
internal sealed class MarketStore(string journalPath) : IDisposable
{
    private readonly List<ITable> _tables = [];
    private readonly List<CallRecord> _calls = [];
    private readonly List<PutLine> _puts = [];
    private Journal? _journal;

    public IReadOnlyList<CallRecord> Calls => _calls;
    public int RateBreaches { get; private set; }

    /// <summary>Whether something that a call is for has changed since the last commit.</summary>
    public bool Landed { get; private set; }

    private long LastSeq { get; set; }

    public Table<T> Add<T>(string kind, Func<T, string> idOf, bool told = true)
        where T : class
    {
        var table = new Table<T>(kind, idOf, Note, told);
        _tables.Add(table);
        return table;
    }

    public void Open() => _journal = Journal.Open(journalPath, Replay);

    public void Commit(CallRecord? call = null)
    {
        if (call is null && _puts.Count == 0)
        {
            return;
        }

        var numbered = call is null ? null : call with { Seq = LastSeq + 1 };
        Write(new Line(_puts, numbered));
        if (numbered is not null)
        {
            Keep(numbered);
        }

        _puts.Clear();
        Landed = false;
    }

    /// <summary>Forgets everything; the journal keeps what was before.</summary>
    public void Reset()
    {
        _puts.Clear();
        Landed = false;
        Write(new Line([], null, Reset: true));
        Clear();
    }

    public void Dispose() => _journal?.Dispose();

    private void Note(string kind, object row, bool told)
    {
        _puts.Add(new PutLine(kind, row));
        Landed |= told;
    }

    private void Write(Line line) =>
        (_journal ?? throw new InvalidOperationException("The store is not open.")).Append(
            JsonSerializer.SerializeToUtf8Bytes(line, Wire.CamelCase));

    private void Replay(JsonElement line)
    {
        if (line.GetProperty("reset").GetBoolean())
        {
            Clear();
        }

        foreach (var put in line.GetProperty("puts").EnumerateArray())
        {
            var kind = put.GetProperty("kind").GetString();
            _tables.Find(t => t.Kind == kind)?.Load(put.GetProperty("row"));
        }

        if (line.GetProperty("call") is { ValueKind: JsonValueKind.Object } call)
        {
            Keep(call.Deserialize<CallRecord>(Wire.CamelCase)!);
        }
    }

    private void Keep(CallRecord call)
    {
        LastSeq = call.Seq;
        _calls.Add(call);
        RateBreaches += call.Breach ? 1 : 0;
    }

    private void Clear()
    {
        _tables.ForEach(t => t.Clear());
        _calls.Clear();
        RateBreaches = 0;
    }

    private sealed record PutLine(string Kind, object Row);

    private sealed record Line(IReadOnlyList<PutLine> Puts, CallRecord? Call, bool Reset = false);
}
