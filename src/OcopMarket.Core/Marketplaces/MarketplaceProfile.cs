using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;

namespace OcopMarket.Core.Marketplaces;

/// <summary>One <c>config/marketplaces/KEY.json</c>: what is known of a platform as data, with marks.</summary>
public sealed record MarketplaceProfile
{
    public required MarketplaceKey Key { get; init; }
    public required string Name { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public required Lifecycle Lifecycle { get; init; }
    public required Contract Contract { get; init; }
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>Software for shops of their owners' own: a product is offered there only where its producer has such a shop, and nobody misses one
    /// where he has none.</summary>
    public bool OwnShops { get; init; }

    /// <summary>What a shop's owner types in the portal, once, where shops have a login of their own; null: there is none.</summary>
    public OwnerLogin? OwnerLogin { get; init; }
    public required IReadOnlyList<RateLimit> Limits { get; init; }
    public required FieldRules Rules { get; init; }

    /// <summary>Criteria set number -> the platform's leaf category; its name where every shop has categories of its own
    /// (<see cref="IShopCategories"/>).</summary>
    public required IReadOnlyDictionary<int, string> Categories { get; init; }

    /// <summary>Criteria sets whose category nobody has confirmed with the platform: the rest was.</summary>
    public IReadOnlyList<int> SuggestedCategories { get; init; } = [];

    /// <summary>Our name of a fact (shelfLife, origin, foodSafetyNo) -> the platform's attribute id. Sent where
    /// <see cref="FieldRules.RequiredAttributes"/> demands the fact.</summary>
    public IReadOnlyDictionary<string, string> AttributeIds { get; init; } = new Dictionary<string, string>();

    /// <summary>Platform's status word -> Vietnamese name, for the pages.</summary>
    public required IReadOnlyDictionary<string, string> StatusNames { get; init; }

    /// <summary>Platform's code -> sentence. For platforms that only write text the key is the beginning of the text.</summary>
    public required IReadOnlyDictionary<string, ErrorEntry> Errors { get; init; }

    /// <summary>How long a review usually takes; past it staff ask.</summary>
    public required TimeSpan ReviewUsually { get; init; }

    /// <summary>How often an item is read again: while something moves, and at rest.</summary>
    public required TimeSpan PollMoving { get; init; }
    public required TimeSpan PollResting { get; init; }

    /// <summary>The operator's choice, from the settings.</summary>
    public DriftPolicy Drift { get; init; } = DriftPolicy.AskAlways;
}

/// <param name="User">Label of the name to sign in with.</param>
/// <param name="Secret">Label of what goes with it.</param>
/// <param name="How">Where its owner finds or makes both.</param>
/// <param name="Address">Every shop has an address of its own, which is typed as well.</param>
public sealed record OwnerLogin(Wording User, Wording Secret, Wording How, bool Address = false);

public sealed record Wording(string Vi, string En)
{
    public string In(string language) => language == "en" ? En : Vi;
}

public enum Lifecycle { Active, Renamed, Suspended, Closed, Unknown }

public enum Mark { Documented, Provisional, Unknown }

/// <summary>A provisional contract refuses any host that is not loopback until a setting names who accepted it and when.</summary>
public sealed record Contract(Mark Mark, string Source, string? AcceptedBy = null, DateOnly? AcceptedOn = null);

/// <param name="Scope">platform, login or shop: which key the bucket has.</param>
/// <param name="Calls"><c>*</c> for every call, else names of <see cref="CallKind"/>.</param>
public sealed record RateLimit(string Name, string Scope, decimal PerSecond, int Burst, IReadOnlyList<string> Calls, Mark Mark);

/// <summary>What a call is, for buckets, circuits and the log.</summary>
public enum CallKind { SignIn, CheckAccount, Register, Taxonomy, Media, Create, Update, PriceStock, Visibility, LookUp, ReadStatus }

/// <summary>What the platform demands of a listing. Null: it demands nothing.</summary>
public sealed record FieldRules
{
    public required TextRule Title { get; init; }
    public TextRule? ShortDescription { get; init; }
    public required TextRule Description { get; init; }
    public required NumberRule Price { get; init; }
    public required NumberRule Stock { get; init; }
    public required NumberRule WeightGrams { get; init; }
    public NumberRule? SideCm { get; init; }
    public bool SizeRequired { get; init; }
    public required ImageRule Images { get; init; }

    /// <summary>Regular expression that a whole seller SKU must match.</summary>
    public string? SkuPattern { get; init; }

    /// <summary>What the description is turned into before it is sent; its length counts in that form.</summary>
    public TextFormat DescriptionFormat { get; init; }

    /// <summary>Words that the platform forbids in a title (whole words, spelt so or without marks; case does not matter).</summary>
    public IReadOnlyList<string> ForbiddenWords { get; init; } = [];

    /// <summary>Healing claims that no listing of a food may make, compared like <see cref="ForbiddenWords"/>, in title and
    /// descriptions.</summary>
    public IReadOnlyList<string> ForbiddenClaims { get; init; } = [];

    /// <summary>Longest value of an attribute; null when the platform does not say.</summary>
    public int? AttributeMaxLength { get; init; }

    /// <summary>Ours (shelfLife, origin, foodSafetyNo, unit) -> criteria sets for which the platform demands it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> RequiredAttributes { get; init; } =
        new Dictionary<string, IReadOnlyList<int>>();
    public required Mark Mark { get; init; }
}

public enum TextFormat { Plain, Html }

public sealed record TextRule(int Min, int Max, bool Required);

public sealed record NumberRule(decimal Min, decimal Max, bool Required);

public sealed record ImageRule(int Min, int Max, int MinSide, int MaxSide, long MaxBytes, IReadOnlyList<string> ContentTypes);

/// <summary>A refusal in plain words.</summary>
/// <param name="Class">item: this listing; account: the whole shop; system: nobody's fault, try later; category: all of the group.</param>
/// <param name="Mark">Whether the platform's documents have the code; null where the file as a whole says it.</param>
/// <param name="Source">Where that stands.</param>
public sealed record ErrorEntry(
    string Class, Severity Severity, string Field, Party Owner, string Vi, string En, Mark? Mark = null, string? Source = null);
