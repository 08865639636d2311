using CsCheck;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class PreflightTests
{
    private static readonly MarketplaceProfile Postmart = Adapters.Registry().Profile(new("postmart"));
    private static readonly MarketplaceProfile Voso = Adapters.Registry().Profile(new("voso"));

    public static TheoryData<string, ListingDraft> Faults => new()
    {
        { "price_missing", Drafts.Nectar() with { PriceVnd = null, SalePriceVnd = null } },
        { "price_out_of_range", Drafts.Nectar() with { PriceVnd = 999m, SalePriceVnd = null } },
        { "price_out_of_range", Drafts.Nectar() with { PriceVnd = 500_000_001m } },
        { "price_out_of_range", Drafts.Nectar() with { PriceVnd = 185000.5m } },
        { "sale_price_invalid", Drafts.Nectar() with { SalePriceVnd = 185000m } },
        { "sale_price_invalid", Drafts.Nectar() with { SalePriceVnd = 500m } },
        { "stock_missing", Drafts.Nectar() with { StockUnits = null } },
        { "stock_out_of_range", Drafts.Nectar() with { StockUnits = 1_000_000 } },
        { "stock_out_of_range", Drafts.Nectar() with { StockUnits = -1 } },
        { "weight_missing", Drafts.Nectar() with { WeightGrams = null } },
        { "weight_out_of_range", Drafts.Nectar() with { WeightGrams = 0 } },
        { "size_missing", Drafts.Nectar() with { WidthCm = null } },
        { "size_out_of_range", Drafts.Nectar() with { HeightCm = 0 } },
        { "title_too_short", Drafts.Nectar() with { Title = "Muối" } },
        { "title_too_long", Drafts.Nectar() with { Title = new string('a', 121) } },
        { "title_forbidden_word", Drafts.Nectar() with { Title = "Mật hoa dừa tốt nhất Việt Nam" } },
        { "title_forbidden_word", Drafts.Nectar() with { Title = "MAT HOA DUA SO 1 VIET NAM" } },
        { "short_description_too_long", Drafts.Nectar() with { ShortDescription = new string('a', 501) } },
        { "description_missing", Drafts.Nectar() with { Description = " \n " } },
        { "description_too_long", Drafts.Nectar() with { Description = new string('&', 5000) } },
        { "claim_forbidden", Drafts.Nectar() with { Description = "Uống mỗi ngày, Chữa  Khỏi đau dạ dày." } },
        { "claim_forbidden", Drafts.Nectar() with { Description = "Tra nay tri dut diem mat ngu" } },
        { "phone_in_text", Drafts.Nectar() with { Description = "Đặt hàng: 0912.345.678" } },
        { "phone_in_text", Drafts.Nectar() with { Title = "Mật hoa dừa +84 912 345 678" } },
        { "phone_in_text", Drafts.Nectar() with { ShortDescription = "Gọi 0294 3855 246 nhé" } },
        { "image_missing", Drafts.Nectar() with { Images = [] } },
        { "image_count", Drafts.Nectar() with { Images = [.. Enumerable.Repeat(Drafts.Nectar().Images[0], 10)] } },
        { "image_too_small", WithImage(i => i with { Width = 499 }) },
        { "image_too_large", WithImage(i => i with { Height = 4001 }) },
        { "image_too_large", WithImage(i => i with { Bytes = 5_000_001 }) },
        { "image_type", WithImage(i => i with { ContentType = "image/webp" }) },
        { "category_missing", Drafts.Nectar() with { CriteriaSetNo = 26 } },
        { "category_missing", Drafts.Nectar() with { CriteriaSetNo = null } },
        { "food_safety_missing", Drafts.Nectar() with { FoodSafetyNo = " " } },
        { "shelf_life_missing", Drafts.Nectar() with { ShelfLife = null } },
        { "origin_missing", Drafts.Mat() with { Origin = null } },
        { "unit_missing", Drafts.Mat() with { Unit = null } },
        { "attribute_too_long", Drafts.Nectar() with { ShelfLife = new string('a', 101) } },
        { "sku_invalid", Drafts.Nectar("Mã hàng 1") },
        { "sku_invalid", Drafts.Nectar("A-1\n") },
        { "sku_invalid", Drafts.Nectar("") },
    };

    [Fact]
    public void A_complete_listing_passes()
    {
        Assert.Empty(Preflight.Check(Drafts.Nectar(), Postmart));
        Assert.Empty(Preflight.Check(Drafts.Mat(), Postmart));
        Assert.Empty(Preflight.Check(Drafts.Nectar(), Voso));
        Assert.Empty(Preflight.Check(Drafts.Mat(), Voso));
    }

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Each_fault_is_one_finding_with_field_and_owner(string code, ListingDraft draft)
    {
        var finding = Assert.Single(Preflight.Check(draft, Postmart));

        Assert.Equal((code, Severity.Blocking), (finding.Code, finding.Severity));
        Assert.NotEmpty(finding.Fields);
        Assert.NotEqual(Party.Nobody, finding.Owner);
    }

    [Theory]
    [InlineData("Sản phẩm OCOP 4 sao", "stars_claim_mismatch")]
    [InlineData("Đạt ba sao cấp tỉnh", "stars_claim_mismatch")]
    [InlineData("Sản phẩm OCOP 5 sao", null)]
    [InlineData("Sản phẩm OCOP năm sao", null)]
    [InlineData("Sản phẩm tiềm năng 5 sao", null)]
    public void Stars_in_the_text_must_be_those_of_the_certificate(string text, string? code)
    {
        var findings = Preflight.Check(Drafts.Nectar() with { Description = text, IsPotentialFiveStar = true }, Postmart);

        Assert.Equal(code is null ? [] : [code], findings.Select(f => f.Code));
        Assert.All(findings, f => Assert.Equal(Severity.Warning, f.Severity));
    }

    [Theory]
    [InlineData("Sản phẩm OCOP 5 sao", 3, "stars_claim_too_high")]
    [InlineData("Đạt năm sao cấp quốc gia", 4, "stars_claim_too_high")]
    [InlineData("OCOP ★★★★ của tỉnh", 3, "stars_claim_too_high")]
    [InlineData("OCOP 4★", 3, "stars_claim_too_high")]
    [InlineData("An OCOP product of 5 stars", 4, "stars_claim_too_high")]
    [InlineData("Trước đạt 3 sao, nay 4 sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 3 sao", null, "stars_claim_uncertified")]
    [InlineData("OCOP 5sao", 3, "stars_claim_too_high")]
    [InlineData("Đạt 5 ngôi sao", 3, "stars_claim_too_high")]
    [InlineData("Sản phẩm năm ngôi sao", 4, "stars_claim_too_high")]
    [InlineData("Hạng 5 cánh sao", 4, "stars_claim_too_high")]
    [InlineData("OCOP 05 sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5.0 sao", 3, "stars_claim_too_high")]
    [InlineData("Hàng OCOP 5*, giao ngay", 3, "stars_claim_too_high")]
    [InlineData("OCOP ５ sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP ⑤ sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP ❺ sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 𝟓 𝐬𝐚𝐨", 3, "stars_claim_too_high")]
    [InlineData("OCOP ٥ sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5 sаo", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5 ѕаο", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5 s.a.o", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5 s\u200bao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5️⃣ sao", 3, "stars_claim_too_high")]
    [InlineData("OCOP 5 🌟", 3, "stars_claim_too_high")]
    [InlineData("OCOP 🌟🌟🌟🌟🌟", 3, "stars_claim_too_high")]
    [InlineData("OCOP ✪✪✪✪", 3, "stars_claim_too_high")]
    [InlineData("OCOP ★ ★ ★ ★ ★", 3, "stars_claim_too_high")]
    [InlineData("★★★★★★★★", 4, "stars_claim_too_high")]
    [InlineData("OCOP ☆☆☆☆☆", 3, "stars_claim_too_high")]
    [InlineData("Đạt chuẩn OCOP cấp quốc gia", 4, "stars_claim_too_high")]
    [InlineData("Sản phẩm tiềm năng 5 sao", 3, "stars_claim_too_high")]
    [InlineData("Sản phẩm tiềm năng 5 sao", null, "stars_claim_uncertified")]
    [InlineData("OCOP ★★★☆☆", 3, null)]
    [InlineData("Chương trình OCOP quốc gia mỗi xã một sản phẩm", 3, null)]
    [InlineData("Mua 5 * 3 gói, hoặc 5 gói; sao chè bằng chảo gang", 3, null)]
    [InlineData("Chè sao tay 5 lần, phơi sương 3 đêm", 3, null)]
    [InlineData("OCOP 3 sao", 3, null)]
    public void More_stars_than_a_valid_certificate_has_go_nowhere(string text, int? stars, string? code)
    {
        var claim = stars is { } held ? Drafts.Nectar().Claim! with { Stars = held } : null;
        foreach (var draft in new[] { Drafts.Nectar() with { Description = text }, Drafts.Nectar() with { Title = $"Mật hoa dừa Sokfarm {text}" }, Drafts.Nectar() with { ShortDescription = text } })
        {
            var findings = Preflight.Check(draft with { Claim = claim }, Postmart).Where(f => f.Code.StartsWith("stars_", StringComparison.Ordinal)).ToList();
            Assert.Equal(code is null ? [] : [code], findings.Select(f => f.Code));
            Assert.All(findings, f => Assert.Equal(Severity.Blocking, f.Severity));
        }
    }

    [Fact]
    public void Every_text_that_is_sent_is_looked_at_and_the_finding_names_it()
    {
        var draft = Drafts.Nectar() with { Claim = Drafts.Nectar().Claim! with { Stars = 3 } };
        (string Field, ListingDraft Draft)[] texts =
        [
            ("brand", draft with { Brand = "Năm Sao OCOP 5 sao" }), ("origin", draft with { Origin = "OCOP 5 sao Vĩnh Long" }),
            ("unit", draft with { Unit = "hộp 5 sao" }), ("shelfLife", draft with { ShelfLife = "12 tháng, OCOP 5 sao" }),
            ("foodSafetyNo", draft with { FoodSafetyNo = "15/2025 OCOP 5 sao" }), ("description", draft with { Description = "OCOP 5 sao" }),
        ];

        foreach (var (field, claims) in texts)
        {
            var finding = Assert.Single(Preflight.Check(claims, Postmart), f => f.Code == "stars_claim_too_high");
            Assert.Equal([field], finding.Fields);
        }
    }

    [Fact]
    public void Potential_five_stars_may_be_said_where_a_list_says_so() => Assert.Empty(Preflight.Check(
        Drafts.Nectar() with { Description = "Sản phẩm tiềm năng 5 sao", Claim = null, IsPotentialFiveStar = true }, Postmart));

    [Fact]
    public void A_number_of_years_in_words_is_no_claim_that_stops_a_listing() => Assert.DoesNotContain(
        Preflight.Check(Drafts.Nectar() with { Description = "Dùng trong hai năm sao cho ngon.", Claim = null }, Postmart), f => f.Severity == Severity.Blocking);

    [Theory]
    [InlineData("Hợp với người chưa bệnh và đã khỏe, đặc trưng vùng Thống Nhất")]
    [InlineData("Mã vạch 8938526170012, giấy 15/2025/NNPTNT-TV, lô 20261123, giá 1.250.000 đồng, 0,5 kg")]
    [InlineData("Thùng 24 chai x 330 ml, hạn 12/12/2027")]
    public void Harmless_text_is_left_alone(string text) =>
        Assert.Empty(Preflight.Check(Drafts.Nectar() with { Description = text }, Postmart));

    [Theory]
    [InlineData("Uống <b>mỗi ngày</b>", false)]
    [InlineData("Nhiệt độ < 25 độ và > 5 độ", true)]
    public void A_platform_of_plain_text_is_given_no_markup(string text, bool passes)
    {
        Assert.Equal(passes, Preflight.Check(Drafts.Nectar() with { Description = text }, Voso).Count == 0);
        Assert.Empty(Preflight.Check(Drafts.Nectar() with { Description = text }, Postmart));
    }

    [Fact]
    public void The_length_of_a_description_counts_in_the_form_that_is_sent()
    {
        var text = string.Join('\n', Enumerable.Repeat("a", 3000));

        Assert.Equal("description_too_long", Assert.Single(Preflight.Check(Drafts.Nectar() with { Description = text }, Postmart)).Code);
    }

    [Fact]
    public void Numbers_in_arguments_read_as_vietnamese_in_any_culture()
    {
        var finding = Assert.Single(Preflight.Check(Drafts.Nectar() with { PriceVnd = 1m, SalePriceVnd = null }, Postmart));

        Assert.Equal(["1.000", "500.000.000"], finding.Args);
    }

    [Fact]
    public void What_passes_is_complete_and_whatever_comes_is_judged_without_an_exception()
    {
        var texts = Gen.OneOf(Gen.String, Gen.Const((string?)null), Gen.Const((string?)"Mật hoa dừa 0912345678 <b>"));
        Gen.Select(texts, Maybe(Gen.Decimal[-10, 600_000_000]), Maybe(Gen.Int), Maybe(Gen.Int[-1, 30]), Gen.Int[0, 12]).Sample(
            (text, price, number, set, images) =>
            {
                var draft = Drafts.Nectar() with
                {
                    Title = text ?? "Mật hoa dừa cô đặc",
                    Description = text,
                    PriceVnd = price,
                    SalePriceVnd = number,
                    StockUnits = number,
                    WeightGrams = number,
                    LengthCm = number,
                    CriteriaSetNo = set,
                    ShelfLife = text,
                    Images = [.. Enumerable.Repeat(Drafts.Nectar().Images[0], images)],
                };
                foreach (var profile in new[] { Postmart, Voso })
                {
                    var findings = Preflight.Check(draft, profile);
                    Assert.All(findings, f => Assert.NotEmpty(f.Fields));
                    if (findings.All(f => f.Severity != Severity.Blocking))
                    {
                        Assert.NotNull(draft.ToCanonical());
                        Assert.True(profile.Categories.ContainsKey(draft.CriteriaSetNo!.Value));
                    }
                }
            },
            iter: 2000);
    }

    [Theory]
    [InlineData("Bánh tét", "Bánh tét Trà Cuôn")]
    [InlineData("Bánh tét Trà Cuôn", "Bánh tét Trà Cuôn")]
    [InlineData("  Muối ", "Muối Trà Cuôn")]
    [InlineData("Trà Cuôn", "Trà Cuôn Hợp tác xã")]
    public void A_short_name_grows_by_producer_and_place_until_it_is_long_enough(string name, string expected) =>
        Assert.Equal(expected, ListingTitle.Make(name, 10, 100, "Trà Cuôn", "Hợp tác xã", "Trà Vinh"));

    [Fact]
    public void A_name_that_is_too_long_stays_and_an_addition_that_would_not_fit_is_left_out()
    {
        Assert.Equal(new string('a', 130), ListingTitle.Make(new string('a', 130), 10, 100, "Trà Vinh"));
        Assert.Equal("Muối ớt", ListingTitle.Make("Muối", 10, 12, "Trà Vinh xanh", "ớt"));
    }

    [Fact]
    public void A_description_becomes_paragraphs_and_lists_and_nothing_else()
    {
        Assert.Equal(
            "<p>A &lt;b&gt; &amp; &quot;c&quot;</p><ul><li>một</li><li>hai</li></ul><p>-ba</p>",
            ListingHtml.FromPlain("A <b> & \"c\"\n\n- một\n• hai\n-ba\r\n"));
        Assert.Equal("", ListingHtml.FromPlain(null));
    }

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => Gen.OneOf(gen.Select(v => (T?)v), Gen.Const((T?)null));

    private static ListingDraft WithImage(Func<ListingImage, ListingImage> change) =>
        Drafts.Nectar() with { Images = [change(Drafts.Nectar().Images[0])] };
}
