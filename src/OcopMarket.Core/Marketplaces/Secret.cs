using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Core.Marketplaces;

/// <summary>A token or password. Prints, serialises and logs as <c>***</c>; its text leaves only through <see cref="Reveal"/>.</summary>
[JsonConverter(typeof(SecretJson))]
public readonly struct Secret(string text) : IEquatable<Secret>
{
    private readonly string? _text = text;

    public bool IsEmpty => string.IsNullOrEmpty(_text);

    /// <summary>For the one call that needs it.</summary>
    public string Reveal() => _text ?? "";

    public override string ToString() => "***";

    public bool Equals(Secret other) => Secrets.AreEqual(Reveal(), other.Reveal());

    public override bool Equals(object? obj) => obj is Secret other && Equals(other);

    public override int GetHashCode() => 0;

    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);

    private sealed class SecretJson : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue("***");
    }
}
