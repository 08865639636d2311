namespace OcopMarket.Core.Certifications;

/// <summary>What a list states of a row: lần đầu, đánh giá lại, nâng hạng, tiềm năng 5 sao, dự kiến đánh giá (not recognised).</summary>
public enum RecognitionKind { Recognised, ReRecognised, Upgraded, PotentialFiveStar, PlannedAssessment }
