namespace OcopMarket.Core.People;

/// <summary>Who does something that is kept in the audit.</summary>
/// <param name="Name">A person's name or number; of the program itself: <c>worker</c>.</param>
/// <param name="From">Where it came from: <c>command line, lan@office-1</c>, an address, <c>worker</c>.</param>
/// <param name="Correlation">What all traces of one request or command share.</param>
public sealed record Actor(string Name, string From, string? Correlation = null);
