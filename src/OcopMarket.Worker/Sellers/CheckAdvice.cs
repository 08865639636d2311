using OcopMarket.Core;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces;

namespace OcopMarket.Worker.Sellers;

/// <summary>What is wrong with a shop and what to do, in both languages, each at most 160 characters.</summary>
public sealed record CheckAdvice(string Vi, string En)
{
    private static readonly Dictionary<string, CheckAdvice> _sentences = new(StringComparer.Ordinal)
    {
        ["planned"] = new(
            "Tài khoản mới là dự kiến, chưa có gian hàng trên sàn. Anh/chị mở gian hàng rồi nhập mã gian hàng.",
            "The account is only planned. Open the shop on the marketplace, then import its id."),
        ["not_connected"] = new(
            "Gian hàng chỉ biết qua danh sách, chưa kết nối nên không hỏi sàn được. Chủ thể cần kết nối gian hàng.",
            "The shop is known from a list only and not connected, so the platform cannot be asked. The producer connects it."),
        ["no_answer"] = new(
            "Sàn không trả lời kịp. Trạng thái cũ được giữ; hệ thống sẽ tự hỏi lại, anh/chị thử lại sau vài phút.",
            "The platform did not answer in time. What was known stays; it is asked again by itself, or try in some minutes."),
        ["busy"] = new(
            "Đang hết lượt gọi đến sàn. Hệ thống sẽ tự hỏi lại; anh/chị thử lại sau một phút.",
            "All calls that the platform grants are used just now. It is asked again by itself; try again in a minute."),
        ["active"] = new("Gian hàng hoạt động bình thường, không cần làm gì.", "The shop works; there is nothing to do."),
        ["dormant"] = new(
            "Gian hàng lâu không dùng nên chưa bán được. Chủ thể đăng nhập trên sàn và bật lại gian hàng.",
            "The shop has slept for long. The producer signs in on the marketplace and wakes it."),
        ["registered"] = new(
            "Gian hàng đã đăng ký, sàn đang duyệt. Chờ sàn; chưa cần làm gì.", "The shop is registered and the platform looks at it. Wait."),
        ["identity_pending"] = new(
            "Sàn chờ xác minh danh tính. Chủ thể hoàn tất xác minh ngay trên ứng dụng của sàn.",
            "The platform waits for the owner's identity. The producer finishes that in the marketplace's own app."),
        ["reauth_needed"] = new(
            "Quyền truy cập gian hàng đã hết. Chủ thể đăng nhập lại để kết nối; đăng nhập đối tác do quản trị viên gia hạn.",
            "Our access to the shop has ended. The producer connects it again; a partner login is renewed by an admin."),
        ["suspended"] = new(
            "Sàn đã tạm khóa gian hàng. Chủ thể liên hệ bộ phận hỗ trợ của sàn, hỏi lý do và cách mở khóa.",
            "The platform has locked the shop. The producer asks the platform's support why and how to open it."),
        ["closed"] = new(
            "Gian hàng đã đóng trên sàn. Nếu còn bán, chủ thể mở gian hàng mới rồi kết nối lại.",
            "The shop is closed on the platform. To go on selling, the producer opens a new one and connects it."),
        ["unknown"] = new(
            "Sàn trả lời một trạng thái lạ. Cán bộ xem trên trang quản lý của sàn và báo người vận hành.",
            "The platform answered with a state we do not know. Staff look at the marketplace's own page and tell the operator."),
    };

    /// <summary>By the platform's own code where its dictionary has a sentence for it, else by the shop's state.</summary>
    /// <param name="errors">Null: the platform has no adapter yet, only consent.</param>
    public static CheckAdvice Of(CheckOutcome outcome, ErrorDictionary? errors)
    {
        if (_sentences.TryGetValue(outcome.Code, out var advice))
        {
            return advice;
        }

        var match = errors?.Find(outcome.Code[(outcome.Code.IndexOf('.', StringComparison.Ordinal) + 1)..], outcome.Raw);
        return match is { Known: true } ? new(match.Text("vi"), match.Text("en")) : _sentences[Words.Of(outcome.State ?? AccountState.Unknown)];
    }
}
