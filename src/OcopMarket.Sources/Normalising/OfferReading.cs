namespace OcopMarket.Sources.Normalising;

/// <summary>What a row says of the thing that is sold.</summary>
internal static class OfferReading
{
    public static OfferFacts Read(RowReading row)
    {
        var volume = AmountText.IsVolume(row.Cell(Field.WeightGrams)) ? row.Text(Field.WeightGrams) : null;
        var (length, width, height) = Size(row);
        return new OfferFacts
        {
            VariantName = row.Text(Field.VariantName) ?? volume,
            Sku = row.Text(Field.Sku),
            PriceVnd = Price(row, Field.PriceVnd),
            SalePriceVnd = Price(row, Field.SalePriceVnd),
            StockUnits = Stock(row),
            WeightGrams = volume is null ? Weight(row) : null,
            LengthCm = length,
            WidthCm = width,
            HeightCm = height,
            Unit = row.Text(Field.Unit),
            Gtin = Gtin(row),
            Brand = row.Text(Field.Brand),
            Origin = row.Text(Field.Origin),
            ShortDescription = row.Text(Field.ShortDescription),
            Description = row.Lines(Field.Description),
            Ingredients = row.Lines(Field.Ingredients),
            Usage = row.Lines(Field.Usage),
            Storage = row.Lines(Field.Storage),
            ShelfLife = row.Text(Field.ShelfLife),
            FoodSafetyNo = row.Text(Field.FoodSafetyNo),
            Images = Images(row),
        };
    }

    private static decimal? Price(RowReading row, Field field)
    {
        var price = row.Take(field, AmountText.Price(row.Cell(field), row.Hint(field)), "price_unreadable", Reasons.Price);
        row.Require(price is null or > 0, field, "price_not_positive", Reasons.PriceRange);
        row.Require(price is null or (>= 1_000 and <= 1_000_000_000), field, "price_out_of_range", Reasons.PriceRange);
        return price;
    }

    private static int? Stock(RowReading row)
    {
        var stock = row.Take(Field.StockUnits, AmountText.Count(row.Cell(Field.StockUnits)), "stock_unreadable", Reasons.Count);
        row.Require(stock is null or >= 0, Field.StockUnits, "stock_negative", Reasons.Count);
        return stock;
    }

    private static int? Weight(RowReading row)
    {
        var grams = row.Take(
            Field.WeightGrams, AmountText.Grams(row.Cell(Field.WeightGrams), row.Hint(Field.WeightGrams)), "weight_unreadable",
                Reasons.Weight);
        row.Require(grams is null or (>= 1 and <= 1_000_000), Field.WeightGrams, "weight_out_of_range", Reasons.WeightRange);
        return grams;
    }

    private static (decimal? Length, decimal? Width, decimal? Height) Size(RowReading row)
    {
        var all = AmountText.Dimensions(row.Cell(Field.Dimensions), row.Hint(Field.Dimensions));
        return (
            Side(row, Field.Dimensions, all.Length) ?? Side(row, Field.LengthCm, null),
            Side(row, Field.Dimensions, all.Width) ?? Side(row, Field.WidthCm, null),
            Side(row, Field.Dimensions, all.Height) ?? Side(row, Field.HeightCm, null));
    }

    private static decimal? Side(RowReading row, Field field, Parsed<decimal>? read)
    {
        var parsed = read ?? AmountText.Centimetres(row.Cell(field), row.Hint(field));
        var side = row.Take(field, parsed, "size_unreadable", Reasons.Length);
        row.Require(side is null or (>= 0.1m and <= 1_000m), field, "size_out_of_range", Reasons.Length);
        return side;
    }

    // The check digit is the catalogue's matter; here only the shape.
    private static string? Gtin(RowReading row)
    {
        var digits = row.Text(Field.Gtin)?.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        row.Require(
            digits is null || (digits.Length is 8 or 12 or 13 or 14 && digits.All(char.IsAsciiDigit)), Field.Gtin,
                "gtin_unreadable", Reasons.Gtin);
        return digits;
    }

    private static string[] Images(RowReading row)
    {
        var paths = row.Row.Images.Concat((row.Lines(Field.Images) ?? "").Split([';', '|', '\n'], StringSplitOptions.TrimEntries))
            .Where(path => path.Length > 0)
            .Select(path => IsAddress(path) ? path : path.Replace('\\', '/')).ToArray();
        if (paths.Where(path => !IsAddress(path)).Any(path => path[0] == '/' || path.Contains(':', StringComparison.Ordinal)
            || path.Contains('\0', StringComparison.Ordinal)
            || path.Split('/').Contains("..")))
        {
            row.Reject(Field.Images, "image_path", Reasons.Image);
        }

        return paths;
    }

    // Which addresses are fetched is not judged here: a refused one is a warning, and the product enters.
    private static bool IsAddress(string path) => path.Contains("://", StringComparison.Ordinal);
}
