using System.Globalization;

namespace OcopMarket.Sources;

/// <summary>Every reason to refuse a whole file: what is wrong and what to do, in both languages. At most 160 characters
/// each.</summary>
internal static class Refusals
{
    public static SourceException FileMissing(string path) => new(
        "file_missing", $"Không tìm thấy tệp {Short(path)}. Anh/chị kiểm tra lại đường dẫn của nguồn.",
        $"File {Short(path)} does not exist. Check the path of the source.");

    public static SourceException Unreadable(string path, Exception error) => new(
        "file_unreadable", $"Không mở được tệp {Short(path)}. Anh/chị kiểm tra quyền đọc và đóng phần mềm đang mở tệp.",
        $"File {Short(path)} cannot be opened. Check the right to read it and close programs that hold it.", error);

    public static SourceException SettingsUnreadable(string path, Exception error) => new(
        "settings_invalid", $"Tệp cấu hình nguồn {Short(path)} không đọc được. Anh/chị sửa theo mẫu sample.json.",
        $"Source settings {Short(path)} cannot be read. Mend them after sample.json.", error);

    public static SourceException SettingsInvalid(string what, string whatEn) => new(
        "settings_invalid", $"Cấu hình nguồn chưa đúng: {what}.", $"The source's settings are wrong: {whatEn}.");

    public static SourceException Empty() => new(
        "file_empty", "Tệp trống, không có dữ liệu. Anh/chị xuất lại danh sách rồi tải lên.",
        "The file is empty. Export the list again.");

    public static SourceException WrongType(string found, string foundEn, SourceKind wanted) => new(
        "wrong_type", $"Tệp này là {found}, không phải {Name(wanted)}. Anh/chị lưu lại đúng loại rồi thử lại.",
        $"This file is {foundEn}, not {NameEn(wanted)}. Save it as the right type and try again.");

    public static SourceException OldWorkbook() => new(
        "wrong_type", "Tệp là Excel đời cũ (.xls). Anh/chị mở bằng Excel, chọn Lưu thành .xlsx rồi thử lại.",
        "The file is an old Excel workbook (.xls). Open it, save it as .xlsx and try again.");

    public static SourceException Encrypted() => new(
        "encrypted", "Tệp có mật khẩu nên không đọc được. Anh/chị bỏ mật khẩu, lưu lại rồi thử lại.",
        "The file is protected with a password. Remove the password, save and try again.");

    public static SourceException Cut(Exception? inner = null) => new(
        "file_cut", "Tệp bị cắt cụt hoặc hỏng, chưa nhận dòng nào. Anh/chị tải hoặc xuất lại toàn bộ tệp.",
        "The file is cut or damaged; nothing was taken. Download or export it again as a whole.", inner);

    public static SourceException CsvCut(int row) => new(
        "file_cut", $"Tệp CSV hết giữa chừng ở dòng {N(row)}, chưa nhận dòng nào. Anh/chị xuất lại; dòng cuối phải kết thúc bằng xuống dòng.",
        $"The CSV file breaks off at row {N(row)}; nothing was taken. Export it again; its last row must end with a line break.");

    public static SourceException CsvQuote(int row, Exception inner) => new(
        "csv_malformed", $"Dấu ngoặc kép ở gần dòng {N(row)} của tệp CSV chưa đúng. Anh/chị sửa dòng đó hoặc xuất lại tệp.",
        $"Quotation marks near row {N(row)} of the CSV file are wrong. Mend that row or export the file again.", inner);

    public static SourceException HeaderNotFound() => new(
        "header_not_found", "Không tìm thấy dòng tiêu đề có cột \"Tên sản phẩm\" trong 40 dòng đầu. Anh/chị kiểm tra lại tệp.",
        "No heading row with a column \"Tên sản phẩm\" (product name) within the first 40 rows. Check the file.");

    public static SourceException ColumnsNotFound(string wanted, string wantedEn) => new(
        "header_not_found", $"Không tìm thấy dòng tiêu đề có các cột {wanted} trong 40 dòng đầu. Anh/chị kiểm tra lại tệp.",
        $"No heading row with the columns {wantedEn} within the first 40 rows. Check the file.");

    public static SourceException SheetMissing(string sheet) => new(
        "sheet_missing", $"Không có trang tính \"{Short(sheet)}\" trong tệp. Anh/chị sửa tên trang trong cấu hình nguồn.",
        $"The workbook has no sheet \"{Short(sheet)}\". Mend the sheet names in the source's settings.");

    public static SourceException TooLarge(string what, string whatEn) => new(
        "too_large", $"Tệp vượt giới hạn: {what}. Anh/chị xóa phần thừa hoặc chia nhỏ tệp.",
        $"The file is over the limit: {whatEn}. Remove what is not needed or split the file.");

    public static SourceException Unsafe(Exception? inner = null) => new(
        "unsafe_content", "Tệp chứa nội dung không được phép (DTD hoặc tham chiếu ngoài). Anh/chị lưu lại tệp bằng Excel.",
        "The file holds content that is not allowed (a DTD or an external reference). Save it again with Excel.", inner);

    public static SourceException Encoding() => new(
        "encoding_unknown", "Không nhận ra bảng mã chữ Việt của tệp. Anh/chị lưu lại dạng \"CSV UTF-8\" rồi thử lại.",
        "The encoding of the text is not recognised. Save the file as \"CSV UTF-8\" and try again.");

    public static SourceException AnchorMissing(string property) => new(
        "anchor_missing", $"Tệp có trường {property} nhưng nguồn chưa có ngày mốc. Anh/chị đặt anchorDay cho nguồn.",
        $"The file has {property} but the source has no anchor day. Set anchorDay for the source.");

    public static SourceException Changed() => new(
        "file_changed", "Tệp đã thay đổi so với lần đọc dở. Anh/chị chạy lại từ đầu.",
        "The file has changed since the unfinished run. Start the run again from the beginning.");

    private static string Short(string text) => text.Length <= 60 ? text : "…" + text[^59..];

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Name(SourceKind kind) => kind switch
    {
        SourceKind.Workbook => "Excel .xlsx",
        SourceKind.Csv => "CSV",
        SourceKind.Ndjson => "NDJSON",
        _ => kind.ToString(),
    };

    private static string NameEn(SourceKind kind) => kind == SourceKind.Workbook ? "an .xlsx workbook" : Name(kind);
}
