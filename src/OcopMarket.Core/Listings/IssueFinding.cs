namespace OcopMarket.Core.Listings;

public enum Severity { Info, Warning, Blocking }

/// <summary>Who must act next: chủ thể, cán bộ, hệ thống, sàn, or nobody.</summary>
public enum Party { Nobody, System, Producer, Staff, Platform }

/// <summary>Why a listing is not what it should be. The texts come from the dictionaries by code.</summary>
/// <param name="Code">Ours (<c>price_missing</c>), or the platform's own code prefixed by its key (<c>postmart.IMAGE_INVALID</c>).</param>
/// <param name="Fields">Our names of the fields: title, description, price, salePrice, stock, weight, size, images, category,
/// attributes, certificate, account, mandate, sku ...</param>
/// <param name="Args">For the placeholders {0}, {1} of the sentence; numbers already formatted for people (invariant digits, dots).</param>
/// <param name="Raw">The platform's own words.</param>
public sealed record IssueFinding(
    string Code, Severity Severity, Party Owner, IReadOnlyList<string> Fields, IReadOnlyList<string> Args, string? Raw = null);
