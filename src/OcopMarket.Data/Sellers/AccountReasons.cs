using OcopMarket.Core.Sellers;

namespace OcopMarket.Data.Sellers;

/// <summary>Why a row of a list cannot be brought together with what is stored: what is wrong and what to do.</summary>
internal static class AccountReasons
{
    private static readonly Dictionary<string, (string Column, string Vi, string En)> _reasons = new(StringComparer.Ordinal)
    {
        ["producer_unknown"] = ("ProducerKey", "Không có chủ thể nào mang mã này. Anh/chị kiểm tra mã, hoặc để trống và ghi tên cùng xã.",
            "No producer has this key. Check it, or leave it blank and give the name and the commune."),
        ["producer_ambiguous"] = ("OwnerName", "Có nhiều chủ thể trùng tên ở nơi này. Anh/chị ghi mã chủ thể.",
            "Several producers there have this name. Give the producer's key."),
        ["shop_of_another"] = ("ExternalId", "Gian hàng này đã gắn với chủ thể khác, không thay đổi gì. Anh/chị kiểm tra mã gian hàng hoặc chủ thể.",
            "This shop belongs to another producer already; nothing was changed. Check the shop's id or the producer."),
        ["shop_is_shared"] = ("ExternalId", "Đây là gian hàng chung của nhiều chủ thể, không gắn cho một người. Anh/chị bỏ dòng này.",
            "This shop serves several producers and is not given to one. Remove the row."),
        ["producer_missing"] = ("ExternalId", "Tài khoản dự kiến phải thuộc một chủ thể đã có. Anh/chị ghi mã chủ thể hoặc mã gian hàng.",
            "A planned account needs a producer of the catalogue. Give the producer's key, or the shop's id."),
        ["mandate_without_producer"] = ("OwnerName", "Có ủy quyền nhưng không tìm thấy chủ thể. Anh/chị ghi mã chủ thể.",
            "There is a mandate but no such producer. Give the producer's key."),
        ["place_missing"] = ("Commune", "Hộ chưa có trong danh mục thì cần xã và tỉnh. Anh/chị điền địa bàn hoặc mã đơn vị.",
            "A household outside the catalogue needs its commune and province. Fill in the place or the unit code."),
        ["producer_has_shop"] = ("ExternalId", "Chủ thể đã có gian hàng khác trên sàn này. Anh/chị đóng gian hàng cũ trước hoặc sửa mã gian hàng.",
            "The producer has another shop on this marketplace. Close that one first, or mend the shop's id."),
        ["shop_repeated"] = ("ExternalId", "Dòng trước đã nói khác về cùng gian hàng này. Anh/chị giữ lại một dòng.",
            "An earlier row says something else of the same shop. Keep one of them."),
        ["count_repeated"] = ("UnitCode", "Dòng trước đã có số của cùng sàn, đơn vị, ngày và nguồn. Anh/chị giữ lại một dòng.",
            "An earlier row has the number of the same marketplace, unit, day and source. Keep one of them."),
        ["erased"] = ("OwnerName", "Người này đã yêu cầu xóa dữ liệu; dòng không được nhập lại. Anh/chị bỏ dòng này khỏi danh sách.",
            "This person had the data erased; the row is not taken again. Remove it from the list."),
        ["unit_unknown"] = ("UnitCode", "Không có đơn vị hành chính nào mang mã này. Anh/chị kiểm tra mã.",
            "No administrative unit has this code. Check it."),
        ["place_unknown"] = ("Commune", "Không tìm thấy đúng một xã theo tên này. Anh/chị ghi đủ xã, huyện, tỉnh hoặc ghi mã đơn vị.",
            "These names fit no unit of today, or several. Give commune, district and province, or the unit's code."),
    };

    public static LineProblem Of((int Seq, int Row, string Code) problem)
    {
        var (column, vi, en) = _reasons[problem.Code];
        return new(problem.Seq, problem.Row, column, problem.Code, vi, en);
    }

    /// <summary>The row's unit of today. Names that are none are a problem only where nothing else says where the account belongs.</summary>
    public static LineProblem? OfPlace(AccountLine line, UnitFinder units, out string? unit)
    {
        if (line.UnitCode is { } code)
        {
            unit = code;
            return units.IsUnit(code) ? null : Of((line.Seq, line.Row, "unit_unknown"));
        }

        var isNamed = (line.Commune ?? line.District ?? line.Province) is not null;
        unit = isNamed ? units.Of(line.Commune, line.District, line.Province) : null;
        return isNamed && unit is null && line.ProducerKey is null ? Of((line.Seq, line.Row, "place_unknown")) : null;
    }
}
