using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog.Editing;

namespace OcopMarket.Sources.Normalising;

/// <summary>Why what was typed is not taken: a stable code and a sentence in both languages.</summary>
public sealed record FormProblem(string Code, string ReasonVi, string ReasonEn);

/// <summary>What a person types into a form, read as a list's cell is read: one meaning of "1.250.000" and "1,5 kg" everywhere.</summary>
public static class FormReading
{
    private static readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal)
    {
        ["name"] = Field.ProductName,
        ["shortDescription"] = Field.ShortDescription,
        ["description"] = Field.Description,
        ["ingredients"] = Field.Ingredients,
        ["usage"] = Field.Usage,
        ["storage"] = Field.Storage,
        ["shelfLife"] = Field.ShelfLife,
        ["brand"] = Field.Brand,
        ["origin"] = Field.Origin,
        ["foodSafetyNo"] = Field.FoodSafetyNo,
        ["price"] = Field.PriceVnd,
        ["salePrice"] = Field.SalePriceVnd,
        ["stock"] = Field.StockUnits,
        ["weight"] = Field.WeightGrams,
        ["length"] = Field.LengthCm,
        ["width"] = Field.WidthCm,
        ["height"] = Field.HeightCm,
        ["unit"] = Field.Unit,
        ["gtin"] = Field.Gtin,
        ["saleFrom"] = Field.IssuedOn,
        ["saleTo"] = Field.ExpiresOn,
    };

    /// <returns>The value; or why it cannot be read.</returns>
    public static (EditValue Value, FormProblem? Problem) Read(EditField field, string? typed)
    {
        var cell = CellValue.OfText(typed);
        var meaning = _fields[field.Name];
        var row = new RowReading(new(new(null, 1), 0, new Dictionary<Field, FieldCell> { [meaning] = new(cell, Heading(field)) }, []));
        try
        {
            row.Require(cell.Text.Length <= field.Most, meaning, "text_too_long", Reasons.FormTooLong(field.Most));
            var value = Value(field, row, cell);
            return row.Problem is { } wrong ? (EditValue.None, new(wrong.Code, wrong.ReasonVi, wrong.ReasonEn)) : (value, null);
        }
        catch (RegexMatchTimeoutException)
        {
            return (EditValue.None, new("row_too_complex", Reasons.TooComplex.Item1, Reasons.TooComplex.Item2));
        }
    }

    /// <summary>Who types a bare number into a form that asks for grams means grams.</summary>
    private static string Heading(EditField field) => field.Kind == EditKind.Grams ? "g" : "";

    private static EditValue Value(EditField field, RowReading row, CellValue cell)
    {
        if (field.Kind == EditKind.Day)
        {
            var read = DateText.Read(cell);
            row.Require(!read.Unreadable && read.Value is not { Day: null }, _fields[field.Name], "date_unreadable", Reasons.Date);
            return EditValue.Of(read.Value?.Day);
        }

        if (field.Name == "name")
        {
            RecordReading.CheckName(row);
            return EditValue.Of(row.Text(Field.ProductName));
        }

        var offer = OfferReading.Read(row);
        return field.Name switch
        {
            "price" => EditValue.Of(offer.PriceVnd),
            "salePrice" => EditValue.Of(offer.SalePriceVnd),
            "stock" => EditValue.Of((decimal?)offer.StockUnits),
            "weight" => Weight(row, offer, cell),
            "length" => EditValue.Of(offer.LengthCm),
            "width" => EditValue.Of(offer.WidthCm),
            "height" => EditValue.Of(offer.HeightCm),
            "gtin" => EditValue.Of(offer.Gtin),
            _ => EditValue.Of(field.Kind == EditKind.Lines ? row.Lines(_fields[field.Name]) : row.Text(_fields[field.Name])),
        };
    }

    /// <summary>In a list a volume in this column names the variant; a form has no place for that.</summary>
    private static EditValue Weight(RowReading row, OfferFacts offer, CellValue cell)
    {
        row.Require(!AmountText.IsVolume(cell) || cell.Text.All(char.IsAsciiDigit), Field.WeightGrams, "weight_unreadable", Reasons.Weight);
        return EditValue.Of((decimal?)offer.WeightGrams);
    }
}
