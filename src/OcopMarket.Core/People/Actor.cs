using System.Globalization;

namespace OcopMarket.Core.People;

/// <summary>Who does something that is kept in the audit.</summary>
/// <param name="Name">A person's name or number; of the program itself: <c>worker</c>.</param>
/// <param name="From">Where it came from: <c>command line, lan@office-1</c>, an address, <c>worker</c>.</param>
/// <param name="Correlation">What all traces of one request or command share.</param>
/// <param name="Person">Number of the account of somebody who signed in; null at the command line.</param>
public sealed record Actor(string Name, string From, string? Correlation = null, long? Person = null)
{
    /// <summary>The name that other people are shown, where it is not <see cref="Name"/>.</summary>
    public string Shown { get; init; } = Name;

    /// <summary>Tells people apart: <c>person:12</c> of an account, <c>name:lan</c> of somebody at the command line.</summary>
    public string Key => Person is { } id ? string.Create(CultureInfo.InvariantCulture, $"person:{id}") : $"name:{Folded(Shown)}";

    /// <summary>Whether somebody else is meant. Of two accounts the number counts; a name at the command line is also nobody of that name.</summary>
    public bool IsOther(string name, string key) =>
        key != Key && (Person is not null == key.StartsWith("person:", StringComparison.Ordinal) || Folded(name) != Folded(Shown));

    private static string Folded(string name) => string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
