using System.Text;

namespace OcopMarket.EndToEnd.Tests.Canary;

/// <summary>Secrets that must be found nowhere, in the forms in which they could stand there: as they are, hexadecimal, base64 (wherever they
/// begin within a longer text), as in an address.</summary>
internal sealed class Marks
{
    /// <summary>Anything shorter is found by chance.</summary>
    private const int Shortest = 8;

    private readonly Dictionary<string, string> _forms = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => [.. _forms.Values.Distinct()];

    public void Add(string name, string? secret)
    {
        if (secret is { Length: >= Shortest })
        {
            Add(name, Encoding.UTF8.GetBytes(secret));
            _forms.TryAdd(Uri.EscapeDataString(secret), name);
            _forms.TryAdd(System.Text.Json.JsonSerializer.Serialize(secret)[1..^1], name);
        }
    }

    public void Add(string name, byte[] secret)
    {
        _forms.TryAdd(Encoding.Latin1.GetString(secret), name);
        _forms.TryAdd(Convert.ToHexStringLower(secret), name);
        _forms.TryAdd(Convert.ToHexString(secret), name);
        for (var before = 0; before < 3; before++)
        {
            // The characters at either end hold bits of what stands beside it.
            var text = Convert.ToBase64String([.. new byte[before], .. secret]).TrimEnd('=');
            var inner = text[(before == 0 ? 0 : before + 1)..((before + secret.Length) % 3 == 0 ? text.Length : text.Length - 1)];
            _forms.TryAdd(inner, name);
            _forms.TryAdd(inner.Replace('+', '-').Replace('/', '_'), name);
            _forms.TryAdd(Uri.EscapeDataString(inner), name);
        }
    }

    /// <param name="text">Bytes as Latin-1, or text.</param>
    /// <returns>Names of the secrets found there, with what stands before them.</returns>
    public IEnumerable<string> FoundIn(string place, string text) =>
        from form in _forms
        let at = text.IndexOf(form.Key, StringComparison.Ordinal)
        where at >= 0
        select $"{form.Value} in {place}, after: {text[Math.Max(0, at - 120)..at].ReplaceLineEndings(" ")}";
}
