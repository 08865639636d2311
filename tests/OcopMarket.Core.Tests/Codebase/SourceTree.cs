using System.Xml.Linq;

namespace OcopMarket.Core.Tests.Codebase;

/// <summary>The working tree as text: projects, what they refer to, and their source files.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    /// <summary>Names of the projects under <c>src</c>, without the common prefix.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src"), "OcopMarket.*").Select(d => Path.GetFileName(d)["OcopMarket.".Length..]).Order(StringComparer.Ordinal)];

    public static string Folder(string project) => Path.Combine(Root, "src", $"OcopMarket.{project}");

    /// <summary>C# and Razor files of a project, generated ones left out.</summary>
    public static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Folder(project), "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Where(f => !InOutput(f));

    /// <summary>Lines that are code: comments left out.</summary>
    public static IEnumerable<(string Place, string Text)> Code(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].TrimStart();
            if (!text.StartsWith("//", StringComparison.Ordinal))
            {
                yield return (FormattableString.Invariant($"{Path.GetRelativePath(Root, file)}:{i + 1}"), text);
            }
        }
    }

    public static IReadOnlyList<string> ProjectReferences(string project) => [.. Items(project, "ProjectReference")
        .Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))["OcopMarket.".Length..])];

    public static IReadOnlyList<string> Packages(string project) => [.. Items(project, "PackageReference")];

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Folder(project), $"OcopMarket.{project}.csproj")).Descendants(kind).Select(e => e.Attribute("Include")!.Value);

    private static bool InOutput(string file)
    {
        var parts = file.Split(Path.DirectorySeparatorChar);
        return parts.Contains("bin", StringComparer.Ordinal) || parts.Contains("obj", StringComparer.Ordinal);
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OcopMarket.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the working tree.");
        }

        return folder;
    }
}
