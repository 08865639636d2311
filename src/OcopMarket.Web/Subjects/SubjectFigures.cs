using System.Text.Json;

namespace OcopMarket.Web.Subjects;

/// <summary>An item that is to be taken out of a shop by hand.</summary>
internal sealed record SubjectLeft(string Marketplace, string? Shop, string? Item);

/// <summary>What the workers wrote down of an erasure, as pages show it.</summary>
internal static class SubjectFigures
{
    /// <returns>Rows by table, the most first.</returns>
    public static List<(string Table, long Count)> Removed(string? json) => json is null ? [] :
    [
        .. JsonSerializer.Deserialize<Dictionary<string, long>>(json)!.Select(p => (p.Key, p.Value))
            .OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal),
    ];

    public static List<SubjectLeft> Left(string json) => JsonSerializer.Deserialize<List<SubjectLeft>>(json, JsonSerializerOptions.Web)!;
}
