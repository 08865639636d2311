namespace OcopMarket.Sources.Fetching;

/// <summary>Why an address was not fetched. The code is for tests and reports; the sentences are for people and never name an address of
/// a network, so that nobody can map one by what we answer.</summary>
public sealed class FetchException(string code, string messageVi, string messageEn, Exception? inner = null) : Exception(messageEn, inner)
{
    public string Code { get; } = code;
    public string MessageVi { get; } = messageVi;
    public string MessageEn { get; } = messageEn;

    internal static FetchException BadAddress() => new(
        "fetch_address", "địa chỉ phải có dạng https://, không kèm tên đăng nhập và không ghi cổng lạ",
        "the address must begin with https://, without user name and without an unusual port");

    internal static FetchException NotPublic(Exception? inner = null) => new(
        "fetch_not_public", "địa chỉ không nằm trên Internet công cộng", "the address is not on the public internet", inner);

    internal static FetchException NoAnswer(Exception inner) => new(
        "fetch_no_answer", "máy chủ không trả lời hoặc ngắt giữa chừng", "the server does not answer or breaks off", inner);

    internal static FetchException TooLong(Exception? inner = null) => new(
        "fetch_too_slow", "máy chủ trả lời quá chậm", "the server answers too slowly", inner);

    internal static FetchException TooLarge(long limit) => new(
        "fetch_too_large", $"lớn hơn {limit >> 20} MB", $"it is larger than {limit >> 20} MB");

    internal static FetchException Status(int status) => new(
        "fetch_status", $"máy chủ trả lời {status}", $"the server answers {status}");

    internal static FetchException Redirects() => new(
        "fetch_redirects", "địa chỉ chuyển hướng quá nhiều lần", "the address redirects too often");

    public static FetchException Quota() => new(
        "fetch_quota", "đợt này đã tải đủ số ảnh hoặc dung lượng cho phép", "this run has fetched as much as one run may");

    public static FetchException HostFailing() => new(
        "fetch_host_failing", "máy chủ này đã lỗi nhiều lần liền nên đợt này không hỏi nữa",
        "this server failed several times in a row and is not asked again in this run");
}
