using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Catalog;

[Trait("Category", "Culture")]
public sealed class ReferenceDataTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-reference").FullName;

    public async Task InitializeAsync()
    {
        await catalogue.ClearAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, ReferenceData.Units), """
            code,name,type,level,parent_code,valid_from,valid_to,legal_basis
            84,Tỉnh Trà Vinh,province,province,,,2025-06-30,202/2025/QH15
            842,Thành phố Trà Vinh,city,district,84,,2025-06-30,x
            846,Huyện Tiểu Cần,district,district,84,,2025-06-30,x
            850,Huyện Duyên Hải,district,district,84,,2025-06-30,x
            851,Thị xã Duyên Hải,town,district,84,,2025-06-30,x
            29236,Phường 4,ward,commune,842,,2025-06-30,x
            29362,Xã Phú Cần,commune,commune,846,,2025-06-30,x
            29500,Xã Tách,commune,commune,846,,2025-06-30,x
            86,Tỉnh Vĩnh Long,province,province,,2025-07-01,,x
            29341,Xã Tiểu Cần,commune,commune,86,2025-07-01,,x
            29342,Xã Tiểu Cần Hai,commune,commune,86,2025-07-01,,x
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, ReferenceData.Succession), """
            old_code,old_valid_to,new_code,new_valid_from,share_note,legal_basis
            84,2025-06-30,86,2025-07-01,"whole, with others",202/2025/QH15
            29362,2025-06-30,29341,2025-07-01,whole,x
            29500,2025-06-30,29341,2025-07-01,part,x
            29500,2025-06-30,29342,2025-07-01,part,x
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, ReferenceData.Groups), """"
            decision,code,parent,level,name_vi,managing_ministry,criteria_set_no,criteria_set_name_vi,verified,note
            26/2026/QĐ-TTg,I.1.a,I.1,phan_nhom,"Rau, củ, quả, hạt tươi",Bộ NN,1,"Rau ""tươi""",official_text,
            """");
        await LoadAsync();
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Loading_twice_changes_nothing_and_a_corrected_file_corrects_the_row()
    {
        await LoadAsync();
        Assert.Equal(11, await catalogue.CountAsync("admin_unit"));
        Assert.Equal("Rau, củ, quả, hạt tươi/1/Rau \"tươi\"", await catalogue.ScalarAsync<string>(
            "SELECT concat_ws('/', name_vi, criteria_set_no, criteria_set_name_vi) FROM ocop_group"));

        var path = Path.Combine(_folder, ReferenceData.Groups);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("Bộ NN", "Bộ Nông nghiệp", StringComparison.Ordinal));
        await LoadAsync();

        Assert.Equal("Bộ Nông nghiệp", await catalogue.ScalarAsync<string>("SELECT managing_ministry FROM ocop_group"));
    }

    [Theory]
    [InlineData("Trà Vinh", "Huyện Tiểu Cần", "Xã Phú Cần", "29362", "29341")]
    [InlineData("TRÀ VINH", "H. Tiểu Cần", "Phú Cần", "29362", "29341")]
    [InlineData("Trà Vinh", null, "xã Phú Cần", "29362", "29341")]
    [InlineData("Trà Vinh", "TP. Trà Vinh", "P. 4", "29236", null)]
    [InlineData("Trà Vinh", "Huyện Tiểu Cần", "Xã Tách", "29500", null)]
    [InlineData("Trà Vinh", "Thị xã Duyên Hải", null, "851", null)]
    [InlineData("Trà Vinh", "Duyên Hải", null, null, null)]
    [InlineData("Trà Vinh", null, null, "84", "86")]
    [InlineData("Vĩnh Long", null, "Xã Tiểu Cần", "29341", "29341")]
    [InlineData("Bến Tre", null, "Xã Phú Cần", null, null)]
    [InlineData(null, null, null, null, null)]
    public async Task A_place_is_found_as_certified_and_as_of_today(
        string? province, string? district, string? commune, string? certified, string? today)
    {
        await catalogue.PullAsync("a", Records.Product("Mật hoa dừa") with { Province = province, District = district, Commune = commune });

        Assert.Equal(
            $"{certified}/{today}/{today ?? certified}",
            await catalogue.ScalarAsync<string>("""
                SELECT coalesce(o.unit_code, '') || '/' || coalesce(o.unit_now, '') || '/' || coalesce(p.unit_code, '')
                FROM producer o JOIN product p ON p.producer_id = o.id
                """));
    }

    private Task LoadAsync() => ReferenceData.LoadAsync(catalogue.DataSource, _folder, catalogue.Clock, CancellationToken.None);
}
