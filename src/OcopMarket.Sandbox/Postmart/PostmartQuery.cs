using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Page (from 1), size and <c>updatedFrom</c> (inclusive) of a list call. Page and size absent: the first page, as
/// large as may be.</summary>
internal sealed record PostmartQuery(int PageNumber, int Size, DateTimeOffset? UpdatedFrom)
{
    /// <returns>False: a parameter that the call does not know, or a value that it does not take.</returns>
    public static bool TryRead(CallRequest request, int limit, IReadOnlyList<string> known, out PostmartQuery query)
    {
        var given = request.Parameters;
        query = new PostmartQuery(1, limit, null);
        if (given.Keys.Any(k => k is not ("page" or "size") && !known.Contains(k))
            || !TryCount(given, "page", 1, int.MaxValue, out var page)
            || !TryCount(given, "size", limit, limit, out var size))
        {
            return false;
        }

        var from = given.TryGetValue("updatedFrom", out var text) && text.Length > 0 ? Hanoi.ParseTime(text) : null;
        query = new PostmartQuery(page, size, from);
        return from is not null || string.IsNullOrEmpty(text);
    }

    public IEnumerable<T> Page<T>(IEnumerable<T> all) => all.Skip((int)Math.Min(int.MaxValue, (PageNumber - 1L) * Size)).Take(Size);

    private static bool TryCount(IReadOnlyDictionary<string, string> given, string name, int absent, int max, out int value)
    {
        value = absent;
        return !given.TryGetValue(name, out var text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= max);
    }
}
