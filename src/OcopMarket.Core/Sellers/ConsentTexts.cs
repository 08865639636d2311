using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Core.Sellers;

/// <summary>What a producer consents to, paragraph by paragraph. A changed text gets a new version.</summary>
/// <param name="Mark"><c>provisional</c> until the operator's lawyer has confirmed it, then <c>confirmed</c>.</param>
public sealed record ConsentText(string Version, string Mark, IReadOnlyList<string> Vi, IReadOnlyList<string> En)
{
    public bool IsProvisional => Mark == "provisional";

    public IReadOnlyList<string> In(string language) => language == "en" ? En : Vi;
}

/// <summary>The texts of consent, one of its own for each marketplace (<c>config/ocop/consents.json</c>): consent to several at once is none.</summary>
public sealed class ConsentTexts
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly Dictionary<string, ConsentText> _texts;

    private ConsentTexts(Dictionary<string, ConsentText> texts) => _texts = texts;

    public IReadOnlyCollection<string> Marketplaces => _texts.Keys;

    /// <exception cref="FormatException">The text is no such file; the message is one sentence.</exception>
    public static ConsentTexts Parse(string json)
    {
        try
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, ConsentText>>(json, Json) ?? [];
            return texts.FirstOrDefault(t => !IsWhole(t.Value)).Key is { } wrong
                ? throw new FormatException($"consents.json: {wrong} needs a version, the mark provisional or confirmed, and as many paragraphs in vi as in en.")
                : new(texts);
        }
        catch (JsonException e)
        {
            throw new FormatException($"consents.json: {e.Path ?? "$"} cannot be read; compare it with the entry before it.", e);
        }
    }

    /// <summary>Null: nobody can consent to this marketplace.</summary>
    public ConsentText? Find(string marketplace) => _texts.GetValueOrDefault(marketplace);

    private static bool IsWhole(ConsentText? text) =>
        text is { Version.Length: > 0 and <= 40, Mark: "provisional" or "confirmed", Vi.Count: > 0 } && text.Vi.Count == text.En.Count;
}
