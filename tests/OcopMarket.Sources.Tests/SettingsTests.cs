using System.Reflection;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tests;

/// <summary>The shipped files of config/sources.</summary>
[Trait("Category", "Culture")]
public sealed class SettingsTests
{
    [Fact]
    public void The_sample_source_is_a_complete_list_in_ndjson()
    {
        var root = Root();
        var settings = SourceSettings.FromFile(Path.Combine(root, "config", "sources", "sample.json"), root);

        Assert.Equal(("sample", SourceKind.Ndjson, true), (settings.Key, settings.Kind, settings.CompleteSnapshot));
        Assert.Equal(Path.Combine(root, "config/samples/tra-vinh/products.ndjson"), settings.Path);
    }

    [Fact]
    public void Every_meaning_has_a_heading_of_its_own()
    {
        var headed = Enum.GetValues<Field>().Except([Field.IssuedDaysAgo, Field.ExpiresInDays, Field.Invented]);

        Assert.All(headed, field => Assert.Contains(field, Phrases().Select(phrase => Headings.Default.Find(phrase)?.Field)));
    }

    [Theory]
    [InlineData("Tên chủ thể sản xuất sản phẩm", nameof(Field.ProducerName))]
    [InlineData("Số quyết định công nhận sản phẩm", nameof(Field.DecisionNo))]
    [InlineData("Ngày, tháng quyết định", nameof(Field.DecisionDate))]
    [InlineData("Xã/phường/thị trấn", nameof(Field.Commune))]
    [InlineData("Huyện, thị xã, thành phố", nameof(Field.District))]
    [InlineData("Kết quả xếp hạng (sao)", nameof(Field.Stars))]
    [InlineData("Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm số", nameof(Field.FoodSafetyNo))]
    [InlineData("GIÁ BÁN LẺ (đồng)", nameof(Field.PriceVnd))]
    [InlineData("Số sản phẩm", nameof(Field.Unused))]
    public void Headings_are_found_by_meaning(string heading, string field) =>
        Assert.Equal(field, Headings.Default.Find(heading)?.Field.ToString());

    [Fact]
    public void Every_refusal_is_short_and_without_exclamation()
    {
        foreach (var method in typeof(Refusals).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            var error = (SourceException)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!;
            Assert.InRange(error.MessageVi.Length, 20, 160);
            Assert.InRange(error.MessageEn.Length, 20, 160);
            Assert.DoesNotContain('!', error.MessageVi + error.MessageEn);
            Assert.NotEmpty(error.Code);
        }
    }

    private static object? Argument(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(string)
            ? (parameter.Name is "path" or "sheet" ? new string('x', 300) : "quá nhiều phần bên trong")
        : parameter.ParameterType == typeof(int) ? 123_456
        : parameter.ParameterType == typeof(SourceKind) ? SourceKind.Workbook
        : null;

    private static IEnumerable<string> Phrases()
    {
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "config", "sources",
            "headings.json")));
        return [.. document.RootElement.GetProperty("headings").EnumerateObject()
            .SelectMany(field => field.Value.EnumerateArray())
            .Select(phrase => phrase.GetString()!.TrimStart('='))];
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OcopMarket.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
