namespace OcopMarket.Sources.Normalising;

/// <summary>Why rows are rejected, after the quoted cell. With the cell at most 160 characters.</summary>
internal static class Reasons
{
    public static readonly (string, string) NameMissing = (
        "Dòng có dữ liệu nhưng thiếu tên sản phẩm. Anh/chị điền tên sản phẩm hoặc xóa dòng.",
        "The row has content but no product name. Fill in the name or remove the row.");

    public static readonly (string, string) NameUnreadable = (
        "không phải tên sản phẩm. Anh/chị ghi tên sản phẩm bằng chữ, tối đa 500 ký tự.",
        "is not a product name. Write the name in letters, at most 500 characters.");

    public static readonly (string, string) Stars = (
        "không phải hạng sao. Anh/chị ghi từ 1 đến 5 sao, \"tiềm năng 5 sao\" hoặc để trống.",
        "is no star rating. Write 1 to 5 stars, \"tiềm năng 5 sao\" (potential 5 stars), or leave it blank.");

    public static readonly (string, string) Recognition = (
        "không phải hình thức công nhận. Anh/chị ghi lần đầu, đánh giá lại, nâng hạng hoặc để trống.",
        "is no kind of recognition. Write lần đầu, đánh giá lại, nâng hạng, or leave it blank.");

    public static readonly (string, string) Year = (
        "không phải một năm từ 2018 đến năm sau. Anh/chị ghi đủ bốn chữ số hoặc để trống.",
        "is no year between 2018 and next year. Write four digits or leave it blank.");

    public static readonly (string, string) Date = (
        "không phải ngày. Anh/chị ghi ngày/tháng/năm, ví dụ 30/03/2021, hoặc để trống.",
        "is not a date. Write day/month/year, for example 30/03/2021, or leave it blank.");

    public static readonly (string, string) DateRange = (
        "nằm ngoài thời gian của chương trình (từ 2018). Anh/chị kiểm tra lại ngày, tháng, năm.",
        "lies outside the programme's time (from 2018). Check day, month and year.");

    public static readonly (string, string) DateOrder = (
        "là ngày hết hạn nhưng không sau ngày cấp. Anh/chị kiểm tra lại hai ngày.",
        "is the day of expiry but not after the day of issue. Check both days.");

    public static readonly (string, string) Price = (
        "không phải giá tiền. Anh/chị ghi số đồng, ví dụ 125000, hoặc để trống.",
        "is not a price. Write the amount in dong, for example 125000, or leave it blank.");

    public static readonly (string, string) PriceRange = (
        "không phải giá bán hợp lý. Anh/chị ghi đủ số đồng, từ 1.000 đến 1.000.000.000.",
        "is not a plausible price. Write whole dong, 1,000 to 1,000,000,000.");

    public static readonly (string, string) Count = (
        "không phải số lượng. Anh/chị ghi một số nguyên từ 0 trở lên hoặc để trống.",
        "is not a count. Write a whole number of 0 or more, or leave it blank.");

    public static readonly (string, string) Weight = (
        "không phải khối lượng. Anh/chị ghi kèm đơn vị, ví dụ 500 g hoặc 0,5 kg, hoặc để trống.",
        "is not a weight. Write it with its unit, for example 500 g or 0.5 kg, or leave it blank.");

    public static readonly (string, string) WeightRange = (
        "nằm ngoài khoảng 1 g đến 1.000 kg. Anh/chị kiểm tra lại số và đơn vị.",
        "lies outside 1 g to 1,000 kg. Check number and unit.");

    public static readonly (string, string) Length = (
        "không phải kích thước từ 0,1 đến 1.000 cm. Anh/chị ghi ví dụ 20 cm hoặc 20 x 10 x 5 cm.",
        "is not a size of 0.1 to 1,000 cm. Write for example 20 cm or 20 x 10 x 5 cm.");

    public static readonly (string, string) Gtin = (
        "không phải mã vạch. Anh/chị ghi 8, 12, 13 hoặc 14 chữ số hoặc để trống.",
        "is not a barcode. Write 8, 12, 13 or 14 digits or leave it blank.");

    public static readonly (string, string) CriteriaSet = (
        "không phải số bộ sản phẩm. Anh/chị ghi từ 1 đến 26 hoặc để trống.",
        "is no criteria set. Write 1 to 26 or leave it blank.");

    public static readonly (string, string) Offset = (
        "không phải số ngày. Anh/chị ghi một số nguyên hoặc bỏ trường này.",
        "is not a number of days. Write a whole number or leave the property out.");

    public static readonly (string, string) TooComplex = (
        "Một ô của dòng này quá rối để đọc trong thời gian cho phép. Anh/chị viết lại ngắn gọn hơn.",
        "A cell of this row takes too long to read. Write it shorter and plainer.");

    public static readonly (string, string) Image = (
        "Đường dẫn ảnh phải nằm trong thư mục của nguồn. Anh/chị sửa thành đường dẫn tương đối, không có \"..\".",
        "A picture's path must lie inside the source's folder. Make it relative and without \"..\".");

    public static readonly (string, string) TextTooLong = (
        "dài quá 100.000 ký tự. Anh/chị rút gọn nội dung ô này.",
        "is longer than 100,000 characters. Shorten this cell.");

    public static readonly (string, string) ValueTooLong = (
        "Ô này dài quá 300 ký tự. Anh/chị chỉ ghi giá trị, phần giải thích chuyển sang cột ghi chú.",
        "This cell is longer than 300 characters. Write the value only and move remarks to the note column.");

    public static readonly (string, string) TooManyCells = (
        "Dòng có nhiều ô hơn tiêu đề. Anh/chị đặt nội dung có dấu phân cách trong dấu ngoặc kép.",
        "The row has more cells than the heading. Put texts that hold the separator between quotation marks.");

    public static readonly (string, string) Line = (
        "Dòng không phải một đối tượng JSON hợp lệ (UTF-8). Anh/chị sửa hoặc xuất lại dòng này.",
        "The line is not one valid JSON object in UTF-8. Mend or export this line again.");

    public static readonly (string, string) LineTooLong = (
        "Dòng dài quá giới hạn. Anh/chị rút gọn mô tả của sản phẩm này.",
        "The line is longer than the limit. Shorten this product's description.");

    public static readonly (string, string) PropertyType = (
        "Giá trị của trường này sai kiểu. Anh/chị ghi chuỗi hoặc số; images và invented là danh sách chuỗi.",
        "This property's value has the wrong type. Write text or a number; images and invented are lists of texts.");

    public static (string, string) FormTooLong(int most) => (
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"dài hơn {most} ký tự. Anh/chị viết ngắn lại."),
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"has more than {most} characters. Write less."));
}
