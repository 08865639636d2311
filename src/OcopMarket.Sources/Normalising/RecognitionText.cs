using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Sources.Normalising;

/// <summary>How a product was recognised: "công nhận lần đầu", "đánh giá lại", "nâng hạng", "potential_5_star" ...</summary>
internal static class RecognitionText
{
    public static Parsed<RecognitionKind> Read(CellValue cell) => VietnameseText.Fold(cell.Text) switch
    {
        "" => Parsed<RecognitionKind>.None,
        "recognised" or "recognized" or "cong nhan" or "cong nhan moi" or "cong nhan lan dau" or "danh gia lan dau" or "lan dau" or "moi"
            or "da cong nhan" or "danh gia moi" => RecognitionKind.Recognised,
        "re recognised" or "rerecognised" or "cong nhan lai" or "danh gia lai" or "tai cong nhan" or "tai danh gia" or "lai"
            => RecognitionKind.ReRecognised,
        "upgraded" or "nang hang" or "nang sao" or "danh gia nang hang" or "cong nhan nang hang" => RecognitionKind.Upgraded,
        "potential 5 star" or "potentialfivestar" or "tiem nang 5 sao" or "tiem nang nam sao" =>
            RecognitionKind.PotentialFiveStar,
        "planned assessment" or "plannedassessment" or "du kien" or "du kien danh gia" or "dang danh gia" or "cho danh gia" or "ke hoach"
            => RecognitionKind.PlannedAssessment,
        _ => Parsed<RecognitionKind>.Bad,
    };
}
