using System.Globalization;

namespace OcopMarket.Data.Embedded;

/// <summary>A disk without room, found before a cluster is made or in what the server's programs said.</summary>
internal static class NoSpace
{
    public static void ThrowIfBelow(long needed, string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < needed)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoSpace, string.Create(CultureInfo.InvariantCulture,
                $"Only {free >> 20} MB are free for {folder} and a new database needs {needed >> 20} MB: free some space, ")
                + "or choose a data folder on another disk with --data FOLDER.");
        }
    }

    public static void ThrowIfIn(string said, string folder)
    {
        if (said.Contains("No space left on device", StringComparison.Ordinal))
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresFault.NoSpace,
                $"The disk of {folder} is full: free some space and start again, or choose a data folder on another disk "
                + "with --data FOLDER.");
        }
    }
}
