using System.Text;
using CsCheck;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Tests;

[Trait("Category", "Culture")]
public sealed class VietnameseTextTests
{
    [Theory]
    [InlineData("  Mật\u00A0 hoa\t dừa\u200B ", "Mật hoa dừa")]
    [InlineData("QÐ-UBND", "QĐ-UBND")]
    [InlineData(" \u200B\uFEFF ", null)]
    [InlineData(null, null)]
    public void Clean_text_is_composed_and_has_single_spaces(string? text, string? expected) =>
        Assert.Equal(expected, VietnameseText.Clean(text));

    [Theory]
    [InlineData("Mật hoa dừa (Hòa Tân)", "mat hoa dua hoa tan")]
    [InlineData("MẬT HOA DỪA – HOÀ TÂN", "mat hoa dua hoa tan")]
    [InlineData("Đặc sản ÐỒNG", "dac san dong")]
    [InlineData("!?", "")]
    public void Folded_text_has_no_marks_and_no_signs(string text, string expected) =>
        Assert.Equal(expected, VietnameseText.Fold(text));

    [Fact]
    public void Lines_of_a_description_stay_lines() => Assert.Equal("một\n\nhai", VietnameseText.CleanLines(" một \r\n\n hai\n"));

    [Fact]
    public void Any_text_is_cleaned_and_folded_once_for_all_and_whatever_its_form() =>
        Gen.String.Sample(text =>
        {
            var clean = VietnameseText.Clean(text);
            Assert.Equal(clean, VietnameseText.Clean(clean));
            Assert.Equal(VietnameseText.Fold(text), VietnameseText.Fold(VietnameseText.Fold(text)));
            Assert.Equal(VietnameseText.Fold(clean), VietnameseText.Fold(clean?.Normalize(NormalizationForm.FormD)));
        });

    [Fact]
    public void A_clean_text_is_the_same_beside_any_character_as_by_the_whole_rule()
    {
        // A combining mark at the end takes the way that looks at everything; it makes one letter with the letter before it.
        for (var c = 0; c < 0xD800; c++)
        {
            var text = $"đá {(char)c}x{(char)c}{(char)c} o";
            var slow = VietnameseText.Clean(text + "\u0301");
            Assert.Equal(slow?[..^1] + "o", VietnameseText.Clean(text));
            Assert.Equal(VietnameseText.Fold(text + "\u0301"), VietnameseText.Fold(text));
        }
    }
}
