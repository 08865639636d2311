using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Sources.Accounts;

internal enum AccountField
{
    Marketplace, ProducerKey, OwnerName, Province, District, Commune, UnitCode, ExternalId, ShopName, Url, State, OpenedBy, Contact, OpenedOn,
    MandateGiven, MandateUntil, MandateEvidence,
}

/// <summary>What lists of seller accounts call their columns and what stands in them.</summary>
internal static class AccountColumns
{
    public static ListTable<AccountField> Table { get; } = new(
        ListTable<AccountField>.Fold([
            (AccountField.Marketplace, ["Sàn", "Tên sàn", "Sàn TMĐT", "Sàn thương mại điện tử", "Marketplace", "Platform"]),
            (AccountField.ProducerKey, ["Mã chủ thể", "Producer key", "Producer id"]),
            (AccountField.OwnerName, ["Tên chủ thể", "Chủ thể", "Tên hộ", "Họ tên", "Họ và tên", "Họ tên chủ hộ", "Hộ sản xuất", "Tên chủ tài khoản", "Producer", "Producer name", "Owner", "Owner name", "Name"]),
            (AccountField.Province, ["Tỉnh", "Tỉnh/Thành phố", "Tỉnh thành", "Province"]),
            (AccountField.District, ["Huyện", "Quận/Huyện", "Huyện/Thị xã/Thành phố", "District"]),
            (AccountField.Commune, ["Xã", "Xã/Phường", "Xã/Phường/Thị trấn", "Phường/Xã", "Commune", "Ward"]),
            (AccountField.UnitCode, ["Mã xã", "Mã đơn vị", "Mã đơn vị hành chính", "Mã ĐVHC", "Unit code", "Commune code"]),
            (AccountField.ExternalId, ["Mã gian hàng", "Mã shop", "Mã tài khoản", "ID gian hàng", "Mã trên sàn", "Shop id", "External id", "Account id"]),
            (AccountField.ShopName, ["Tên gian hàng", "Gian hàng", "Tên shop", "Shop name", "Shop"]),
            (AccountField.Url, ["Đường dẫn", "Đường dẫn gian hàng", "Liên kết", "Link gian hàng", "Link", "URL", "Shop URL"]),
            (AccountField.State, ["Trạng thái", "Tình trạng", "State", "Status"]),
            (AccountField.OpenedBy, ["Người mở", "Người tạo", "Người tạo tài khoản", "Opened by", "Created by"]),
            (AccountField.Contact, ["Liên hệ", "Kênh liên hệ", "Điện thoại", "Số điện thoại", "Contact", "Contact channel", "Phone"]),
            (AccountField.OpenedOn, ["Ngày mở", "Ngày tạo", "Ngày mở gian hàng", "Opened on", "Created on"]),
            (AccountField.MandateGiven, ["Ngày ủy quyền", "Ủy quyền từ", "Ủy quyền từ ngày", "Mandate given", "Mandate from", "Mandate given on"]),
            (AccountField.MandateUntil, ["Ủy quyền đến", "Ủy quyền đến ngày", "Hết hạn ủy quyền", "Mandate until"]),
            (AccountField.MandateEvidence, ["Căn cứ ủy quyền", "Giấy ủy quyền", "Phiếu ủy quyền", "Mandate evidence"]),
        ]),
        [AccountField.ExternalId],
        ("\"Sàn\", \"Mã gian hàng\", \"Tên chủ thể\"", "\"Marketplace\", \"Shop id\", \"Owner name\""));

    /// <summary>Folded words of a list -> state; our own words (<c>identity_pending</c>) are among them.</summary>
    public static IReadOnlyDictionary<string, AccountState> States { get; } = Folded(
        [
            (AccountState.Planned, ["Dự kiến", "Kế hoạch"]),
            (AccountState.Registered, ["Đã đăng ký", "Đăng ký", "Mới đăng ký", "Đã tạo"]),
            (AccountState.IdentityPending, ["Chờ xác minh", "Chờ định danh", "Chờ xác thực"]),
            (AccountState.Active, ["Hoạt động", "Đang hoạt động", "Đang bán"]),
            (AccountState.Dormant, ["Lâu không dùng", "Không hoạt động", "Ngừng hoạt động", "Inactive"]),
            (AccountState.ReauthNeeded, ["Cần kết nối lại"]),
            (AccountState.Suspended, ["Bị tạm khóa", "Tạm khóa", "Bị khóa", "Locked"]),
            (AccountState.Closed, ["Đã đóng", "Đóng"]),
            (AccountState.Unknown, ["Chưa rõ", "Không rõ"]),
        ],
        s => Core.Words.Of(s));

    public static IReadOnlyDictionary<string, string> Openers { get; } = Folded(
        [
            ("self", ["Chủ thể tự mở", "Tự mở", "Tự tạo", "Chủ thể", "Hộ tự mở", "Owner"]),
            ("post_staff", ["Nhân viên bưu điện", "Bưu điện", "Bưu tá", "Nhân viên bưu chính", "Viettel Post", "Post office staff"]),
            ("trade_promotion_staff", ["Cán bộ xúc tiến", "Cán bộ xúc tiến thương mại", "Trung tâm xúc tiến", "Trade-promotion staff"]),
        ],
        word => word);

    private static Dictionary<string, T> Folded<T>((T Value, string[] Names)[] words, Func<T, string> own)
        where T : notnull => words
        .SelectMany(w => w.Names.Append(own(w.Value)), (w, name) => (w.Value, Name: VietnameseText.Fold(name)))
        .DistinctBy(w => w.Name).ToDictionary(w => w.Name, w => w.Value, StringComparer.Ordinal);
}
