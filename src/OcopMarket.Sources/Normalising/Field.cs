namespace OcopMarket.Sources.Normalising;

/// <summary>What a column can mean. The names in camel case are the keys of <c>headings.json</c> and the property names of
/// NDJSON.</summary>
internal enum Field
{
    Running, ProductName, ProducerName, ProducerKind, Province, District, Commune, Address, GroupText, CriteriaSetNo,
    Stars, Recognition, Year, DecisionNo, DecisionDate, CertificateNo, ProductCode, IssuingBody, IssuedOn, ExpiresOn,
    PriceVnd, SalePriceVnd, StockUnits, WeightGrams, LengthCm, WidthCm, HeightCm, Dimensions, Unit, VariantName, Sku, Gtin,
    Brand, Origin, ShortDescription, Description, Ingredients, Usage, Storage, ShelfLife, FoodSafetyNo, Images, SourceUrl, Note,
    IssuedDaysAgo, ExpiresInDays, Invented, Unused,
}
