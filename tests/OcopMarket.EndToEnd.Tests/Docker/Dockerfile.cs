using System.Text.Json;

namespace OcopMarket.EndToEnd.Tests.Docker;

/// <summary>What docker/Dockerfile says, read as plainly as its own rules allow: one instruction a line, a backslash goes on.</summary>
internal sealed class Dockerfile
{
    private readonly List<(string Word, string Text)> _lines;

    private Dockerfile(List<(string Word, string Text)> lines) => _lines = lines;

    /// <summary>The instructions of the last image.</summary>
    private IEnumerable<(string Word, string Text)> Last => _lines.Skip(_lines.FindLastIndex(l => l.Word == "FROM"));

    public string[] Entrypoint => Array(Last, "ENTRYPOINT");

    /// <summary>Sources in the repository and where each set goes; copies from another stage are not among them.</summary>
    public IReadOnlyList<(string[] From, string To)> BuildCopies => Copies(_lines.Take(_lines.FindLastIndex(l => l.Word == "FROM")));
    public IReadOnlyList<(string[] From, string To)> ImageCopies => Copies(Last);

    /// <summary>The commands of the build, mounts taken off.</summary>
    public IReadOnlyList<string> BuildCommands =>
    [
        .. _lines.Take(_lines.FindLastIndex(l => l.Word == "FROM")).Where(l => l.Word == "RUN")
            .Select(l => string.Join(' ', l.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(w => w.StartsWith("--", StringComparison.Ordinal)))),
    ];

    public IReadOnlyDictionary<string, string> Environment => Last.Where(l => l.Word == "ENV")
        .SelectMany(l => l.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

    public bool IsForOrdinaryUser => Last.Any(l => l is { Word: "USER", Text: not ("root" or "0") });

    public static Dockerfile Read(string path)
    {
        var text = string.Join('\n', File.ReadAllLines(path).Where(l => !l.TrimStart().StartsWith('#'))).Replace("\\\n", " ", StringComparison.Ordinal);
        return new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(l => l.Split(' ', 2)).Select(p => (p[0], p[1].Trim()))]);
    }

    private static List<(string[] From, string To)> Copies(IEnumerable<(string Word, string Text)> lines) =>
    [
        .. lines.Where(l => l.Word == "COPY" && !l.Text.Contains("--from=", StringComparison.Ordinal))
            .Select(l => l.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => !w.StartsWith("--", StringComparison.Ordinal)).ToArray())
            .Select(words => (words[..^1], words[^1])),
    ];

    private static string[] Array(IEnumerable<(string Word, string Text)> lines, string word) =>
        JsonSerializer.Deserialize<string[]>(lines.Last(l => l.Word == word).Text)!;
}
