namespace OcopMarket.Core.Catalog;

/// <summary>Who may hold a certificate, by the law (26/2026/QĐ-TTg, article 2).</summary>
public enum LegalKind { Cooperative, CooperativeGroup, Enterprise, Farm, RegisteredHousehold, TourismAssociation }

/// <summary>How reports count producers: hộ kinh doanh, công ty, doanh nghiệp, hợp tác xã, tổ hợp tác, cơ sở sản xuất, khác. Công ty and
/// doanh nghiệp are separate lines there.</summary>
public enum ReportingKind { Household, Company, Enterprise, Cooperative, CooperativeGroup, Workshop, Other }
