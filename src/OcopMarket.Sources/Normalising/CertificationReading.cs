using OcopMarket.Core.Certifications;

namespace OcopMarket.Sources.Normalising;

/// <summary>What a row says of a recognition. Nothing said: no certification, which is no error.</summary>
internal static class CertificationReading
{
    private static readonly DateOnly Beginning = new(2018, 1, 1);

    /// <param name="row">The row and its first problem.</param>
    /// <param name="today">Last plausible year is the one after this day's.</param>
    /// <param name="anchor">Day that offsets count from; null: the row must have none.</param>
    public static CertificationFacts? Read(RowReading row, DateOnly today, DateOnly? anchor)
    {
        var (parsedStars, starKind) = StarText.Read(row.Cell(Field.Stars));
        var stars = row.Take(Field.Stars, parsedStars, "stars_unreadable", Reasons.Stars);
        var stated = row.Take(Field.Recognition, RecognitionText.Read(row.Cell(Field.Recognition)), "status_unreadable",
            Reasons.Recognition);
        var (number, decided) = DecisionText.Read(row.Cell(Field.DecisionNo));
        var issued = Day(row, Field.IssuedOn);
        var decision = Day(row, Field.DecisionDate);
        var facts = new CertificationFacts
        {
            Kind = starKind is RecognitionKind.PotentialFiveStar ? starKind.Value : stated ?? starKind
                ?? RecognitionKind.Recognised,
            Stars = stars,
            DecisionNo = number,
            CertificateNo = row.Text(Field.CertificateNo),
            ProductCode = row.Text(Field.ProductCode),
            IssuingBody = row.Text(Field.IssuingBody),
            IssuedOn = issued.Day ?? decision.Day ?? decided ?? Offset(row, Field.IssuedDaysAgo, anchor, -1),
            Year = Year(row) ?? issued.Year ?? decision.Year,
            ExpiresOn = Day(row, Field.ExpiresOn).Day ?? Offset(row, Field.ExpiresInDays, anchor, 1),
        };
        facts = facts.Kind is RecognitionKind.PotentialFiveStar ? facts with { Stars = null } : facts;
        CheckDays(row, facts, today);
        return facts == new CertificationFacts { Kind = RecognitionKind.Recognised } && stated is null ? null : facts;
    }

    /// <summary>The same facts without days that move with the anchor: a row keeps its identity from day to day.</summary>
    public static CertificationFacts? Identity(RowReading row, CertificationFacts? facts) =>
        facts is not null && !row.Cell(Field.IssuedDaysAgo).IsBlank ? facts with { IssuedOn = null } : facts;

    private static DayOrYear Day(RowReading row, Field field) =>
        row.Take(field, DateText.Read(row.Cell(field)), "date_unreadable", Reasons.Date) ?? default;

    private static int? Year(RowReading row)
    {
        var cell = row.Cell(Field.Year);
        var parsed = DateText.Read(cell);
        if (cell.IsBlank || parsed is { Unreadable: false, Value: null })
        {
            return null;
        }

        var year = parsed.Value?.Year ?? parsed.Value?.Day?.Year ?? YearIn(cell.Folded);
        row.Require(year is not null, Field.Year, "year_unreadable", Reasons.Year);
        return year;
    }

    // "Đợt 2 năm 2021": the only number of four digits.
    private static int? YearIn(string folded)
    {
        var words = folded.Split(' ').Where(word => word.Length == 4 && word.All(char.IsAsciiDigit)).Distinct().ToArray();
        return words.Length == 1 ? int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static DateOnly? Offset(RowReading row, Field field, DateOnly? anchor, int sign)
    {
        var days = row.Take(field, AmountText.Count(row.Cell(field)), "offset_unreadable", Reasons.Offset);
        if (days is null)
        {
            return null;
        }

        row.Require(Math.Abs((long)days) <= 36_500, field, "offset_unreadable", Reasons.Offset);
        return row.Problem is null ? anchor?.AddDays(sign * days.Value) : null;
    }

    private static void CheckDays(RowReading row, CertificationFacts facts, DateOnly today)
    {
        row.Require(
            facts.Year is null || (facts.Year >= Beginning.Year && facts.Year <= today.Year + 1),
            Has(row, Field.Year, Field.IssuedOn, Field.DecisionDate), "year_out_of_range", Reasons.Year);
        var last = new DateOnly(today.Year + 1, 12, 31);
        row.Require(
            facts.IssuedOn is null || (facts.IssuedOn >= Beginning && facts.IssuedOn <= last),
            Has(row, Field.IssuedOn, Field.DecisionDate, Field.DecisionNo, Field.IssuedDaysAgo), "date_out_of_range",
                Reasons.DateRange);
        var expiry = Has(row, Field.ExpiresOn, Field.ExpiresInDays);
        row.Require(
            facts.ExpiresOn is null || (facts.ExpiresOn >= Beginning && facts.ExpiresOn <= last.AddYears(10)),
            expiry, "date_out_of_range", Reasons.DateRange);
        row.Require(
            facts.ExpiresOn is null || facts.IssuedOn is null || facts.ExpiresOn > facts.IssuedOn, expiry, "dates_reversed",
                Reasons.DateOrder);
    }

    private static Field Has(RowReading row, params Field[] fields) =>
        Array.Find(fields, field => !row.Cell(field).IsBlank) is var found && row.Cell(found).IsBlank ? fields[0] : found;
}
