using System.Text.RegularExpressions;

namespace OcopMarket.Sources.Normalising;

/// <summary>A record, and the same record as its identity is made from; or why there is none.</summary>
internal readonly record struct ReadRecord(SourceRecord? Record, SourceRecord? Identity, RejectedRow? Rejected);

/// <summary>From a row of any source to a record. Reads what the row says and guesses nothing.</summary>
internal sealed class RecordReading(SourceSettings settings, DateOnly today)
{
    public ReadRecord Read(SourceRow source)
    {
        try
        {
            return ReadRow(source);
        }
        catch (RegexMatchTimeoutException)
        {
            var (vi, en) = Reasons.TooComplex;
            return new(null, null, new RejectedRow(source.Position, "row", "row_too_complex", vi, en, source.Raw));
        }
    }

    private ReadRecord ReadRow(SourceRow source)
    {
        var row = new RowReading(source);
        CheckName(row);
        CheckLengths(row);
        var certification = CertificationReading.Read(row, today, settings.AnchorDay);
        var offer = OfferReading.Read(row);
        var set = row.Take(Field.CriteriaSetNo, AmountText.Count(row.Cell(Field.CriteriaSetNo)), "set_unreadable",
            Reasons.CriteriaSet);
        row.Require(set is null or (>= 1 and <= 26), Field.CriteriaSetNo, "set_unreadable", Reasons.CriteriaSet);
        if (row.Problem is { } problem)
        {
            return new(null, null, new RejectedRow(
                source.Position, row.ColumnOf(problem.Field), problem.Code, problem.ReasonVi, problem.ReasonEn, source.Raw)
            {
                KeyStem = Stem(row, offer, certification),
            });
        }

        var record = Record(row, offer) with { Certification = certification, CriteriaSetNo = set };
        return new(record, record with { Certification = CertificationReading.Identity(row, certification) }, null);
    }

    // A row with a name still says which product it is about, whatever else cannot be read.
    private string? Stem(RowReading row, OfferFacts offer, CertificationFacts? certification) =>
        row.Row.Problem is not null || row.Text(Field.ProductName) is null ? null
            : RecordKey.Stem(RecordKey.Row(
                Record(row, offer) with { Certification = CertificationReading.Identity(row, certification) }, 0));

    private SourceRecord Record(RowReading row, OfferFacts offer)
    {
        var address = row.Text(Field.Address);
        var place = address is null ? default : PlaceText.Address(address);
        var kind = row.Text(Field.ProducerKind);
        var producer = row.Text(Field.ProducerName);
        var (note, links) = NoteText.Split(row.Lines(Field.Note));
        return new SourceRecord
        {
            Position = row.Row.Position,
            Key = "",
            ProductName = row.Text(Field.ProductName)!,
            ProducerName = producer,
            ProducerKindText = kind,
            ProducerKind = ProducerKindText.Read(kind, producer),
            Province = PlaceText.Province(row.Text(Field.Province)) ?? place.Province
                ?? PlaceText.Province(settings.DefaultProvince),
            District = PlaceText.Unit(row.Text(Field.District) ?? place.District),
            Commune = PlaceText.Unit(row.Text(Field.Commune) ?? place.Commune),
            AddressLine = address,
            GroupText = row.Text(Field.GroupText),
            Offer = offer,
            Note = note,
            SourceUrl = row.Text(Field.SourceUrl) ?? links,
            Invented = row.Row.Invented,
            Raw = row.Row.Raw,
            LineHash = row.Row.LineHash,
            FieldHash = row.Row.FieldHash,
        };
    }

    internal static void CheckName(RowReading row)
    {
        if (row.Text(Field.ProductName) is { } name)
        {
            row.Require(name.Length <= 500 && name.Any(char.IsLetter) && name[0] != '#', Field.ProductName, "name_unreadable",
                Reasons.NameUnreadable);
        }
        else
        {
            row.Reject(Field.ProductName, "name_missing", Reasons.NameMissing);
        }
    }

    private void CheckLengths(RowReading row)
    {
        foreach (var (field, cell) in row.Row.Cells)
        {
            row.Require(cell.Value.Text.Length <= settings.Limits.CellCharacters, field, "text_too_long", Reasons.TextTooLong);
        }
    }
}
