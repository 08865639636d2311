using System.Text.RegularExpressions;

namespace OcopMarket.Core.Tests.Codebase;

/// <summary>Arrows between projects point one way: Core, then Data, Sources, Marketplaces and Documents, then Worker and Web, then App.</summary>
public sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> _allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Sandbox"] = [],
        ["Data"] = ["Core"],
        ["Sources"] = ["Core"],
        ["Marketplaces"] = ["Core"],
        ["Documents"] = ["Core"],
        ["Worker"] = ["Core", "Data", "Sources", "Marketplaces", "Documents"],
        ["Web"] = ["Core", "Data", "Sources", "Marketplaces", "Documents"],
        ["App"] = ["Core", "Data", "Sources", "Marketplaces", "Documents", "Worker", "Web", "Sandbox"],
    };

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project) =>
        Assert.Empty(SourceTree.ProjectReferences(project).Except(_allowed[project]));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_names_only_namespaces_below_it(string project)
    {
        var wrong = SourceTree.Files(project).SelectMany(SourceTree.Code)
            .SelectMany(line => Namespaces().Matches(line.Text).Select(m => (line.Place, Name: m.Groups[1].Value)))
            .Where(use => SourceTree.Projects.Contains(use.Name) && use.Name != project && !_allowed[project].Contains(use.Name));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_has_no_packages() => Assert.Empty(SourceTree.Packages("Core"));

    [Fact]
    public void Only_Marketplaces_knows_RestSharp_and_AutoMapper_and_only_Data_and_Worker_know_PostgreSQL()
    {
        foreach (var project in SourceTree.Projects)
        {
            var packages = SourceTree.Packages(project);
            Assert.True(project == "Marketplaces" || !packages.Any(p => p is "RestSharp" or "AutoMapper"), project);
            Assert.True(project is "Data" or "Worker" || !packages.Any(p => p is "Npgsql" or "Dapper" or "Hangfire.PostgreSql"), project);
        }
    }

    [Fact]
    public void Adapters_do_not_name_each_other()
    {
        var platforms = PlatformTests.Platforms;
        var wrong = from platform in platforms
                    from file in SourceTree.Files("Marketplaces")
                    where file.Contains($"{Path.DirectorySeparatorChar}{platform}{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    from line in SourceTree.Code(file)
                    where platforms.Any(other => other != platform && line.Text.Contains($"OcopMarket.Marketplaces.{other}", StringComparison.Ordinal))
                    select line.Place;

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\bOcopMarket\.([A-Z]\w+)")]
    private static partial Regex Namespaces();
}
