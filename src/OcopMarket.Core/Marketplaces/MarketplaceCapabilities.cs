namespace OcopMarket.Core.Marketplaces;

/// <summary>What a platform can do and how it behaves. Read before calling, so that nothing is met as a surprise.</summary>
public sealed record MarketplaceCapabilities
{
    /// <summary>Most changes of one kind in one call; a kind that is not here cannot be submitted.</summary>
    public required IReadOnlyDictionary<ChangeKind, int> BatchSize { get; init; }
    public required int LookUpBatchSize { get; init; }
    public required int StatusBatchSize { get; init; }

    /// <summary>The platform refuses a second item with one seller SKU in one shop, and says which item has it.</summary>
    public required bool SkuIsUnique { get; init; }

    /// <summary>Kinds that may be sent again without a second effect. A create is never among them.</summary>
    public required IReadOnlySet<ChangeKind> Idempotent { get; init; }

    /// <summary>Absence in a look-up proves absence only this long after the last submit (index lag + the longest time a request may
    /// be under way).</summary>
    public required TimeSpan SettlingTime { get; init; }

    /// <summary>Pictures are uploaded first (see <see cref="IMediaUploader"/>); otherwise the platform fetches them from our addresses.</summary>
    public required bool UploadsMedia { get; init; }

    /// <summary>Whose credential the session carries: one partner login for many shops, or one login a shop.</summary>
    public required CredentialScope Credential { get; init; }

    /// <summary>The old version stays in the shop while a changed content is reviewed; otherwise an edit takes the item off sale.</summary>
    public bool EditsStayOnSale { get; init; }

    /// <summary>Items are looked at by the platform before they are on sale. False: what is sent is on sale at once.</summary>
    public bool ReviewsItems { get; init; } = true;

    /// <summary>A picture fetched from our address gets an id there, which the answer tells (<see cref="ChangeOutcome.Pictures"/>): from then on it is
    /// sent by that id, for its address would fetch it a second time.</summary>
    public bool NumbersPictures { get; init; }

    /// <summary>An item of this platform can hold several variants. Otherwise each variant is a listing of its own.</summary>
    public bool HasVariants { get; init; }

    /// <summary>What the platform's sheet does not reach: operation -> the sheet's line. Look-up, status read, create and stop never.</summary>
    public IReadOnlyDictionary<string, string> Gaps { get; init; } = new Dictionary<string, string>();
}

public enum CredentialScope { PartnerLogin, ShopLogin }

/// <summary>One shop for the length of a call.</summary>
/// <param name="ExternalShopId">The platform's id or code of the shop; empty while a shop is being registered.</param>
public sealed record SellerSession(string ExternalShopId, Secret AccessToken)
{
    /// <summary>The operator's own login with the platform, where a shop's calls are signed with it; null where they are not.</summary>
    public SellerLogin? Application { get; init; }
}
