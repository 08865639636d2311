namespace OcopMarket.Sources.Csv;

/// <summary>One pass over the characters: which sign separates, and whether the last row is whole.</summary>
internal sealed class CsvScan(SourceLimits limits)
{
    private static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly int[] _outside = new int[Delimiters.Length];
    private readonly int[] _fields = new int[Delimiters.Length];
    private readonly int[] _widest = new int[Delimiters.Length];
    private int _row = 1;
    private int _length;
    private State _state;
    private char _last;

    /// <summary>The separator.</summary>
    /// <exception cref="SourceException">The file breaks off within a row, or a row is too long.</exception>
    public char Run(TextReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[1 << 14];
        for (int read; (read = reader.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var c in buffer.AsSpan(0, read))
            {
                Next(c);
            }
        }

        if (_state == State.Quoted || _last != '\n')
        {
            throw Refusals.CsvCut(_row);
        }

        // The sign that stands in the most rows, then the one with the most columns.
        var best = Enumerable.Range(0, Delimiters.Length)
            .MaxBy(index => (_widest[index] > 0 ? _outside[index] : 0, _widest[index]));
        return Delimiters[best];
    }

    private void Next(char c)
    {
        if (c == '\0')
        {
            throw Refusals.Encoding();
        }

        if (++_length > limits.CellCharacters * 10)
        {
            throw Refusals.TooLarge("một dòng quá dài", "one row is too long");
        }

        _last = c;
        _state = (_state, c) switch
        {
            (State.Quoted, '"') => State.QuoteInQuoted,
            (State.Quoted, _) => State.Quoted,
            (State.Start or State.QuoteInQuoted, '"') => State.Quoted,
            (_, '\n') => EndRow(),
            _ when Array.IndexOf(Delimiters, c) is var index and >= 0 => EndField(index),
            (State.Start, '\r') => State.Start,
            _ => State.Plain,
        };
    }

    private State EndField(int delimiter)
    {
        _fields[delimiter]++;
        return State.Start;
    }

    private State EndRow()
    {
        for (var index = 0; index < Delimiters.Length; index++)
        {
            _outside[index] += _fields[index] > 0 ? 1 : 0;
            _widest[index] = Math.Max(_widest[index], _fields[index]);
            _fields[index] = 0;
        }

        _row++;
        _length = 0;
        return State.Start;
    }

    private enum State { Start, Plain, Quoted, QuoteInQuoted }
}
