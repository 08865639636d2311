using OcopMarket.Core.Sellers;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Accounts;

/// <summary>Reads the cells of one row; the first that cannot be taken is the row's problem.</summary>
internal sealed class RowCells<TField>(ListRow<TField> row)
    where TField : struct, Enum
{
    private const int Longest = 500;

    public LineProblem? Problem { get; private set; }

    public string? Text(TField field)
    {
        var text = row.Text(field)?.Replace('\n', ' ');
        if (text?.Length > Longest)
        {
            Refuse(field, "too_long", "Ô này dài quá 500 ký tự. Anh/chị viết ngắn lại.", "This cell has more than 500 characters. Shorten it.");
        }

        return text;
    }

    public string? Required(TField field, string vi, string en)
    {
        var text = Text(field);
        if (text is null)
        {
            Refuse(field, "cell_missing", $"Thiếu {vi}. Anh/chị điền vào rồi nhập lại.", $"The {en} is missing. Fill it in and import again.");
        }

        return text;
    }

    public DateOnly? Day(TField field)
    {
        var read = DateText.Read(row[field]);
        if (row.Text(field) is not null && read.Value is not { Day: not null })
        {
            Refuse(field, "date_unreadable",
                "Ô này không phải ngày. Anh/chị ghi ngày/tháng/năm, ví dụ 30/03/2026, hoặc để trống.",
                "This is not a date. Write day/month/year, for example 30/03/2026, or leave it blank.");
        }

        return read.Value?.Day;
    }

    public T? Word<T>(TField field, IReadOnlyDictionary<string, T> words, string code, string vi, string en)
        where T : struct => Find(field, words, code, vi, en, out var value) ? value : null;

    public string? Named(TField field, IReadOnlyDictionary<string, string> words, string code, string vi, string en) =>
        Find(field, words, code, vi, en, out var value) ? value : null;

    public string? Url(TField field)
    {
        var text = Text(field);
        if (text is null)
        {
            return null;
        }

        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (Uri.TryCreate(whole, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            && url.Host.Contains('.', StringComparison.Ordinal))
        {
            return whole;
        }

        Refuse(field, "url_unreadable",
            "Ô này không phải địa chỉ trang web. Anh/chị chép đường dẫn gian hàng, ví dụ https://postmart.vn/shop, hoặc để trống.",
            "This is no web address. Copy the shop's link, for example https://postmart.vn/shop, or leave it blank.");
        return null;
    }

    public void Refuse(TField field, string code, string vi, string en) =>
        Problem ??= new(row.Seq, row.Grid.Number, row.Heading.NameOf(field), code, vi, en);

    private bool Find<T>(TField field, IReadOnlyDictionary<string, T> words, string code, string vi, string en, out T? value)
    {
        value = default;
        if (row[field] is { IsBlank: false } cell && !words.TryGetValue(cell.Folded, out value))
        {
            Refuse(field, code, vi, en);
        }

        return value is not null && !row[field].IsBlank;
    }
}
