namespace OcopMarket.Testing.Conformance;

/// <summary>Files of the working copy that tests read.</summary>
public static class WorkingCopy
{
    public static string Root { get; } = Find();

    public static string Config => Path.Combine(Root, "config");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OcopMarket.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the working copy.");
        }

        return folder;
    }
}
