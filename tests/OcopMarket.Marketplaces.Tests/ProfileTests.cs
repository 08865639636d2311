using System.Text.RegularExpressions;
using AutoMapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Lazada;
using OcopMarket.Marketplaces.Postmart;
using OcopMarket.Marketplaces.Shopee;
using OcopMarket.Marketplaces.Voso;
using OcopMarket.Marketplaces.WooCommerce;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed partial class ProfileTests
{
    [Fact]
    public void The_shipped_files_are_read_and_name_every_registered_platform()
    {
        var registry = Adapters.Registry();

        Assert.Equal([new("lazada"), new("postmart"), new("shopee"), new("voso"), new MarketplaceKey("woocommerce")], registry.Keys);
        Assert.Equal(
            [Mark.Documented, Mark.Provisional, Mark.Documented, Mark.Provisional, Mark.Documented], registry.Keys.Select(key => registry.Profile(key).Contract.Mark));
        Assert.Equal(registry.Profile(new("shopee")).Categories.Keys.Order(), registry.Profile(new("shopee")).SuggestedCategories);
        Assert.Equal("1007", registry.Profile(new("postmart")).Categories[7]);
        Assert.False(registry.Profile(new("voso")).Categories.ContainsKey(26));
    }

    [Fact]
    public void Every_code_of_a_table_has_its_own_sentence()
    {
        var registry = Adapters.Registry();

        Assert.Empty(PostmartErrors.Codes.Except(registry.Profile(new("postmart")).Errors.Keys));
        Assert.Empty(VosoErrors.Codes.Except(registry.Profile(new("voso")).Errors.Keys));
        Assert.Empty(ShopeeErrors.Codes.Except(registry.Profile(new("shopee")).Errors.Keys));
        Assert.Empty(LazadaErrors.Codes.Except(registry.Profile(new("lazada")).Errors.Keys));
        Assert.Empty(WooCommerceErrors.Codes.Except(registry.Profile(new("woocommerce")).Errors.Keys));
        foreach (var (codes, key) in new[]
        {
            (PostmartErrors.Codes, "postmart"), (VosoErrors.Codes, "voso"), (WooCommerceErrors.Codes, "woocommerce"),
            (ShopeeErrors.Codes, "shopee"), (LazadaErrors.Codes, "lazada"),
        })
        {
            var sentences = codes.Select(c => registry.Profile(new(key)).Errors[c].Vi).ToList();
            Assert.Equal(sentences.Count, sentences.Distinct().Count());
        }
    }

    [Fact]
    public void Every_sentence_of_Lazada_says_how_sure_its_code_is_and_where_that_stands() => Assert.All(
        Adapters.Registry().Profile(new("lazada")).Errors, e => Assert.True(e.Value is { Mark: not null, Source.Length: > 10 }, e.Key));

    /// <summary>The platform's documents name no category of ours: none is shipped, and what the operator writes down is no suggestion.</summary>
    [Fact]
    public void Categories_that_the_operator_has_looked_up_lie_over_those_of_the_file()
    {
        Assert.Empty(Adapters.Registry().Profile(new("lazada")).Categories);
        Assert.Equal("90000104", Adapters.Registry(("lazada:Categories:8", "90000104")).Profile(new("lazada")).Categories[8]);
        var shopee = Adapters.Registry(("Shopee:Categories:8", "5")).Profile(new("shopee"));
        Assert.Equal(("5", "100819", false), (shopee.Categories[8], shopee.Categories[4], shopee.SuggestedCategories.Contains(8)));
        Assert.Throws<ProfileException>(() => Adapters.Registry(("lazada:Categories:27", "5")));
        Assert.Throws<ProfileException>(() => Adapters.Registry(("lazada:Categories:x", "5")));
    }

    [Fact]
    public void The_mappings_fill_every_field_of_their_payloads()
    {
        using var services = Adapters.Services();

        services.GetRequiredService<IMapper>().ConfigurationProvider.AssertConfigurationIsValid();
    }

    [Theory]
    [InlineData("\"perSecond\": 20", "\"perSecond\": 0", "postmart.json: limits.partner must have perSecond above 0 and burst of 1 or more.")]
    [InlineData("\"key\": \"postmart\"", "\"key\": \"other\"", "postmart.json: key is \"other\"; it must be the file's name, \"postmart\".")]
    [InlineData("\"scope\": \"shop\"", "\"scope\": \"stall\"", "postmart.json: limits.shop.scope is \"stall\"; use platform, login, shop.")]
    [InlineData("\"7\": \"1007\"", "\"77\": \"1007\"", "postmart.json: categories.77 is \"1007\"; keys are criteria sets 1 to 26, values the platform's leaf category.")]
    [InlineData("\"lifecycle\": \"active\"", "\"lifecycle\": \"alive\"", "postmart.json: $.lifecycle cannot be read")]
    [InlineData("\"name\": \"Postmart\"", "\"nam\": \"Postmart\"", "postmart.json:")]
    [InlineData("{", "", "postmart.json:")]
    public void A_fault_names_file_key_and_what_to_do(string text, string broken, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("ocop-profiles-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Config, "marketplaces")))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            var path = Path.Combine(folder.FullName, "postmart.json");
            File.WriteAllText(path, new Regex(Regex.Escape(text)).Replace(File.ReadAllText(path), broken.Replace("$", "$$", StringComparison.Ordinal), 1));

            var error = Assert.Throws<ProfileException>(() => MarketplaceProfiles.Load(folder.FullName));

            Assert.StartsWith(expected, Assert.Single(error.Faults), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("postmart")]
    [InlineData("voso")]
    public void A_provisional_contract_calls_no_real_host_until_somebody_answers_for_it(string key)
    {
        var real = ($"{key}:BaseUrl", (string?)"https://api.example.vn");

        var refused = Record.Exception(() => _ = Adapters.Registry(real).Adapter(new(key)).Capabilities);
        var accepted = Adapters.Registry(real, ($"{key}:AcceptedBy", "Sở Công Thương"), ($"{key}:AcceptedOn", "2026-12-01")).Adapter(new(key)).Capabilities;

        var error = Assert.IsType<MarketplaceException>(refused);
        Assert.Equal(FailureKind.Misconfigured, error.Kind);
        Assert.Contains("provisional, so api.example.vn is not called until", error.Detail, StringComparison.Ordinal);
        Assert.NotNull(accepted);
    }

    [Theory]
    [InlineData("http://api.example.vn")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:pass@127.0.0.1:1")]
    public void An_address_that_would_leak_a_token_is_refused(string url)
    {
        var settings = new[] { ("Postmart:BaseUrl", (string?)url), ("Postmart:AcceptedBy", "x"), ("Postmart:AcceptedOn", "2026-12-01") };

        Assert.Throws<MarketplaceException>(() => _ = Adapters.Registry(settings).Adapter(new("postmart")).Capabilities);
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_host_at_start()
    {
        await using var services = Adapters.Services(("Voso:CallTimeout", "-00:00:05"));

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("CallTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_the_platform_granted_lie_over_those_of_its_file()
    {
        var limits = Adapters.Registry(("Voso:Limits:create:PerSecond", "7"), ("Voso:Limits:create:Burst", "9")).Profile(new("voso")).Limits;

        Assert.Equal((7, 9), limits.Where(l => l.Name == "create").Select(l => (l.PerSecond, l.Burst)).Single());
        Assert.Equal((10, 10), limits.Where(l => l.Name == "login").Select(l => (l.PerSecond, l.Burst)).Single());
        Assert.Throws<ProfileException>(() => Adapters.Registry(("Voso:Limits:create:PerSecond", "0")));
    }

    [Fact]
    public void Times_are_the_sandboxs_on_loopback_and_settings_lie_over_them()
    {
        var sandbox = Adapters.Registry(("Voso:PollResting", "01:00:00")).Profile(new("voso"));
        var real = Adapters.Registry(("Voso:BaseUrl", "https://api.example.vn")).Profile(new("voso"));

        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)), (sandbox.PollMoving, sandbox.PollResting));
        Assert.Equal(TimeSpan.FromDays(2), real.ReviewUsually);
    }

    [Fact]
    public void Our_issue_codes_have_two_sentences_with_the_same_placeholders_and_the_validator_agrees_with_the_file()
    {
        using var services = Adapters.Services();
        var issues = services.GetRequiredService<IssueDictionary>();

        foreach (var code in issues.Codes)
        {
            var entry = issues.Find(code)!;
            Assert.InRange(entry.Vi.Length, 10, 160);
            Assert.InRange(entry.En.Length, 10, 160);
            Assert.DoesNotContain('!', entry.Vi);
            Assert.Equal(
                Placeholder().Matches(entry.Vi).Select(m => m.Value).Distinct().Order(), Placeholder().Matches(entry.En).Select(m => m.Value).Distinct().Order());
        }

        foreach (var code in PreflightIssue.Codes)
        {
            var (own, file) = (PreflightIssue.Of(code), issues.Finding(code));
            Assert.Equal((file.Severity, file.Owner), (own.Severity, own.Owner));
            Assert.Equal(file.Fields, own.Fields);
        }
    }

    [Fact]
    public void A_finding_reads_as_a_sentence_in_both_languages()
    {
        using var services = Adapters.Services();
        var issues = services.GetRequiredService<IssueDictionary>();
        var finding = PreflightIssue.Of("price_out_of_range", "1.000", "500.000.000");

        Assert.Equal("Giá phải là số đồng chẵn từ 1.000 đến 500.000.000 ₫. Anh/chị nhập lại giá rồi bấm Lưu.", issues.Text(finding, "vi"));
        Assert.Equal("The price must be whole dong from 1.000 to 500.000.000. Enter it again and save.", issues.Text(finding, "en"));
    }

    [Theory]
    [InlineData("IMAGE_INVALID", null, "IMAGE_INVALID", true)]
    [InlineData("IMAGE_BLURRED", "Ảnh sản phẩm bị mờ, không rõ nhãn.", "Ảnh sản phẩm bị mờ", true)]
    [InlineData("IMAGE_INVALID", "Ảnh sản phẩm bị mờ", "IMAGE_INVALID", true)]
    [InlineData(null, "anh san pham bi mo", "Ảnh sản phẩm bị mờ", true)]
    [InlineData(null, "Ảnh sản phẩm bị mốc", "other", false)]
    [InlineData("NEW_RULE", "Điều kiện mới", "other", false)]
    [InlineData(null, null, "other", false)]
    public void A_refusal_is_found_by_code_then_by_how_its_text_begins(string? code, string? text, string key, bool known)
    {
        var match = Adapters.Registry().Errors(new("postmart")).Find(code, text);

        Assert.Equal((key, known), (match.Key, match.Known));
        Assert.Equal(known ? match.Entry.Owner : Party.Staff, match.Entry.Owner);
        Assert.True(known || match.Text("vi") == string.Join(": ", new[] { code, text }.OfType<string>()));
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();
}
