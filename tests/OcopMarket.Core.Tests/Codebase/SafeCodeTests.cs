using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.Core.Tests.Codebase;

/// <summary>Rules that keep other people's text from costing time (S36), becoming a statement (S29), a type (S37) or markup (S21, S22).</summary>
public sealed partial class SafeCodeTests
{
    /// <summary>A second, not a tenth: the clock runs on while a busy machine lets the process wait, and no good row may fall for that.</summary>
    private const int LongestMatch = 1_000;

    /// <summary>Statements put together from names that no stranger gives: each was looked at. What a stranger gives is a parameter.</summary>
    private static readonly string[] _ownNames =
    [
        "Data/Backup/DatabaseBackup.cs", "Data/Backup/DatabaseRestore.cs", "Data/Embedded/EmbeddedPostgres.cs", "Data/Tenancy/DatabaseLogins.cs",
        "Data/Tenancy/DatabaseRoles.cs", "Data/Catalog/LineSql.cs", "Data/Subjects/SubjectTables.cs", "App/Cli/MigrateCommand.cs",
    ];

    [Fact]
    public void Every_regular_expression_ends_in_time()
    {
        var all = Sources().SelectMany(f => Made().Matches(File.ReadAllText(f)).Select(m => (File: f, Text: m.Value))).ToList();

        Assert.InRange(all.Count, 50, 500);
        Assert.Empty(all.Where(m => !IsBounded(m.Text)).Select(m => $"{Path.GetRelativePath(SourceTree.Root, m.File)}: {m.Text}"));
    }

    [Fact]
    public void No_statement_is_put_together_from_values()
    {
        var wrong = from file in Sources()
                    where !_ownNames.Any(n => file.EndsWith(n.Replace('/', Path.DirectorySeparatorChar), StringComparison.Ordinal))
                    from line in SourceTree.Code(file)
                    where Statement().IsMatch(line.Text) && !ConstantHoles(file, line.Text)
                    select $"{line.Place}: {line.Text}";

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("BinaryFormatter")]
    [InlineData("JsonPolymorphic")]
    [InlineData("JsonDerivedType")]
    [InlineData("TypeNameHandling.All")]
    [InlineData("TypeNameHandling.Auto")]
    [InlineData("TypeNameHandling.Objects")]
    [InlineData("UseRecommendedSerializerSettings")] // turns type names in arguments on
    [InlineData("MarkupString")]
    [InlineData("AddMarkupContent")]
    [InlineData("Html.Raw")]
    public void What_takes_a_type_or_markup_from_data_stands_nowhere(string call) =>
        Assert.Empty(SourceTree.Projects.SelectMany(SourceTree.Files).SelectMany(SourceTree.Code)
            .Where(line => line.Text.Contains(call, StringComparison.Ordinal)).Select(line => $"{line.Place}: {line.Text}"));

    private static IEnumerable<string> Sources() => SourceTree.Projects.SelectMany(SourceTree.Files);

    private static bool IsBounded(string made)
    {
        var text = made.TrimEnd(']', ')', ';', ' ', '\n', '\r');
        var last = text[(text.LastIndexOf(',') + 1)..].Trim();
        return made.Contains("RegexOptions.NonBacktracking", StringComparison.Ordinal)
            || made.Contains("TimeSpan.FromSeconds(1)", StringComparison.Ordinal)
            || (int.TryParse(last, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= LongestMatch);
    }

    /// <summary>Holes that are filled with constants: of the same file, or Type.Name of the file that bears the type's name.</summary>
    private static bool ConstantHoles(string file, string line) => Hole().Matches(line).All(h =>
        h.Groups[1].Value.Split('.') is var parts && parts.Length switch
        {
            1 => Declares(file, parts[0]),
            2 => Sources().Any(f => Path.GetFileNameWithoutExtension(f) == parts[0] && Declares(f, parts[1])),
            _ => false,
        });

    private static bool Declares(string file, string name) => File.ReadAllText(file).Contains($"const string {name} ", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:\[GeneratedRegex\(|new Regex\(|\bRegex\.(?:IsMatch|Match|Matches|Replace|Split)\()(?:[^\n]|\n(?!\s*(?:private|internal|public|var|return)))*?\)(?:\]\s*\n|;)")]
    private static partial Regex Made();

    [GeneratedRegex("\\$\"+[^\"]*\\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|ALTER|CREATE|GRANT|DROP|COPY|TRUNCATE)\\b|\"[^\"]*\\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY)\\b[^\"]*\"\\s*\\+")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\{([^\s{}][^{}]*)\}")]
    private static partial Regex Hole();
}
