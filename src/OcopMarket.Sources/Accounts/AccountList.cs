using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Sellers;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Accounts;

/// <summary>A list of seller accounts as provinces and post offices keep it: a CSV file or a workbook of a heading and one row a shop.</summary>
/// <param name="marketplaces">Folded name or other name -> key of every marketplace.</param>
/// <param name="otherwise">Marketplace of rows that name none; null: they are refused.</param>
public sealed class AccountList(string path, IReadOnlyDictionary<string, string> marketplaces, string? otherwise, SourceLimits? limits = null)
{
    private const int PageRows = 4_000;
    private const int PlacesKept = 10_000;
    private readonly SourceLimits _limits = limits ?? new();
    private readonly string _known = string.Join(", ", marketplaces.Values.Distinct());

    /// <summary>Page by page; no page is read before it is asked for.</summary>
    /// <exception cref="SourceException">The file is missing, cut, damaged or of another kind: then there is no page.</exception>
    public IEnumerable<LinePage<AccountLine>> Pages(CancellationToken cancellationToken)
    {
        var seen = new HashSet128();
        var (provinces, units) = (new Dictionary<string, string?>(StringComparer.Ordinal), new Dictionary<string, string?>(StringComparer.Ordinal));
        var (lines, problems, repeated) = (new List<AccountLine>(PageRows), new List<LineProblem>(), 0);
        foreach (var row in AccountColumns.Table.Read(path, _limits, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (line, problem) = seen.Add(Print(row)) ? Line(row, provinces, units) : default;
            if (problem is not null)
            {
                problems.Add(problem);
            }
            else if (line is not null)
            {
                lines.Add(line);
            }
            else
            {
                repeated++;
            }

            if (lines.Count + problems.Count + repeated >= PageRows)
            {
                yield return new(lines, problems, repeated);
                (lines, problems, repeated) = (new List<AccountLine>(PageRows), [], 0);
            }
        }

        yield return new(lines, problems, repeated);
    }

    /// <summary>The rows with these numbers as they stand in the file, under its heading: for the file of what was refused.</summary>
    /// <returns>The heading first, with number 0.</returns>
    public IEnumerable<(int Seq, IReadOnlyList<string> Cells)> Original(IReadOnlySet<int> wanted, CancellationToken cancellationToken)
    {
        ListHeading<AccountField>? last = null;
        foreach (var row in AccountColumns.Table.Read(path, _limits, cancellationToken))
        {
            if (!wanted.Contains(row.Seq))
            {
                continue;
            }

            if (!ReferenceEquals(last, row.Heading))
            {
                last = row.Heading;
                yield return (0, last.Names);
            }

            yield return (row.Seq, [.. Enumerable.Range(0, last.Names.Count).Select(c => row.Grid.At(c).Text)]);
        }
    }

    private (AccountLine? Line, LineProblem? Problem) Line(
        ListRow<AccountField> row, Dictionary<string, string?> provinces, Dictionary<string, string?> units)
    {
        var cells = new RowCells<AccountField>(row);
        var marketplace = cells.Named(
            AccountField.Marketplace, marketplaces, "marketplace_unknown",
            $"Không biết sàn này. Anh/chị ghi một trong: {_known}.",
            $"This marketplace is not known. Write one of: {_known}.") ?? otherwise;
        if (marketplace is null)
        {
            cells.Refuse(
                AccountField.Marketplace, "marketplace_missing", "Thiếu tên sàn. Anh/chị điền cột \"Sàn\" hoặc thêm --marketplace.",
                "The marketplace is missing. Fill in the column, or name it with --marketplace.");
        }

        var line = new AccountLine(row.Seq, row.Grid.Number, marketplace ?? "")
        {
            ProducerKey = cells.Text(AccountField.ProducerKey),
            OwnerName = cells.Text(AccountField.OwnerName),
            Province = Spelled(provinces, cells.Text(AccountField.Province), PlaceText.Province),
            District = Spelled(units, cells.Text(AccountField.District), PlaceText.Unit),
            Commune = Spelled(units, cells.Text(AccountField.Commune), PlaceText.Unit),
            UnitCode = cells.Text(AccountField.UnitCode),
            ExternalId = cells.Text(AccountField.ExternalId),
            ShopName = cells.Text(AccountField.ShopName),
            Url = cells.Url(AccountField.Url),
            State = cells.Word(
                AccountField.State, AccountColumns.States, "state_unknown",
                "Không rõ trạng thái này. Anh/chị ghi: dự kiến, đã đăng ký, chờ xác minh, hoạt động, lâu không dùng, tạm khóa, đã đóng hoặc để trống.",
                "This state is not known. Write planned, registered, identity pending, active, dormant, suspended, closed, or leave it blank."),
            OpenedBy = cells.Named(
                AccountField.OpenedBy, AccountColumns.Openers, "opened_by_unknown",
                "Không rõ người mở. Anh/chị ghi: tự mở, bưu điện, cán bộ xúc tiến, hoặc để trống.",
                "Who opened it is not known. Write self, post staff, trade promotion staff, or leave it blank."),
            ContactChannel = cells.Text(AccountField.Contact),
            OpenedOn = cells.Day(AccountField.OpenedOn),
            MandateGivenOn = cells.Day(AccountField.MandateGiven),
            MandateUntil = cells.Day(AccountField.MandateUntil),
            MandateEvidence = cells.Text(AccountField.MandateEvidence),
        };
        CheckWhole(cells, line);
        return cells.Problem is { } problem ? (null, problem) : (line, null);
    }

    // A list names some thousand places over and over; one with a place of its own in each row is not kept.
    private static string? Spelled(Dictionary<string, string?> known, string? written, Func<string?, string?> spell)
    {
        if (written is null)
        {
            return null;
        }

        if (!known.TryGetValue(written, out var spelled))
        {
            spelled = spell(written);
            if (known.Count < PlacesKept)
            {
                known.Add(written, spelled);
            }
        }

        return spelled;
    }

    private static void CheckWhole(RowCells<AccountField> cells, AccountLine line)
    {
        if (line.ProducerKey is null && line.OwnerName is null)
        {
            cells.Refuse(
                AccountField.OwnerName, "owner_missing", "Thiếu mã hoặc tên chủ thể. Anh/chị điền một trong hai.",
                "Neither the producer's key nor a name is given. Fill in one of them.");
        }

        if (line.ExternalId is null && line.State is not (null or AccountState.Planned))
        {
            cells.Refuse(
                AccountField.ExternalId, "external_id_missing", "Thiếu mã gian hàng trên sàn. Chỉ tài khoản dự kiến mới được để trống.",
                "The shop's id on the marketplace is missing. Only a planned account may do without.");
        }

        if (line.MandateGivenOn is null && (line.MandateUntil is not null || line.MandateEvidence is not null))
        {
            cells.Refuse(
                AccountField.MandateGiven, "mandate_day_missing", "Có ủy quyền nhưng thiếu ngày ủy quyền. Anh/chị điền ngày ký phiếu.",
                "There is a mandate without the day it was given. Fill in the day of the signature.");
        }

        if (line is { MandateGivenOn: not null, MandateEvidence: null })
        {
            cells.Refuse(
                AccountField.MandateEvidence, "mandate_evidence_missing", "Ủy quyền phải có căn cứ. Anh/chị ghi số hoặc tên phiếu ủy quyền.",
                "A mandate needs its evidence. Write the number or name of the signed form.");
        }

        if (line.MandateUntil < line.MandateGivenOn)
        {
            cells.Refuse(
                AccountField.MandateUntil, "date_order", "Ngày hết ủy quyền đứng trước ngày ủy quyền. Anh/chị kiểm tra hai ngày.",
                "The mandate ends before it begins. Check both days.");
        }

        if (IdentityPapers.Names(line.MandateEvidence))
        {
            cells.Refuse(AccountField.MandateEvidence, "identity_card", IdentityPapers.ReasonVi, IdentityPapers.ReasonEn);
        }
    }

    // All that the row says; 128 bits of SHA-256.
    private static UInt128 Print(ListRow<AccountField> row)
    {
        var text = string.Join('\u001f', row.Grid.Cells.Select(c => c.Text));
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }
}
