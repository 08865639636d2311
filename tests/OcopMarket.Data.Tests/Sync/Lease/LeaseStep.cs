using CsCheck;

namespace OcopMarket.Data.Tests.Sync.Lease;

/// <summary>What can happen next. Most of the time a worker does what its program says next; in between things go wrong.</summary>
internal enum LeaseAct
{
    /// <summary>A worker takes its next step, whatever that is.</summary>
    Go,

    /// <summary>A worker goes on until it has given its shop back, or for a while.</summary>
    Turn,

    /// <summary>A worker dies where it is.</summary>
    Crash,

    /// <summary>A worker is frozen, for so long that its lease ends; later it goes on as if nothing had been.</summary>
    Freeze,

    /// <summary>The lease of a shop ends; its holder knows nothing of it.</summary>
    Expire,

    /// <summary>A lane of a listing is edited.</summary>
    Edit,

    /// <summary>A listing is hidden, or wanted on sale again.</summary>
    Toggle,

    /// <summary>A worker gives its shop back at the very moment in which a listing of it is edited.</summary>
    EditWhileFinishing,

    /// <summary>More than the settling time goes by: whatever is on its way to the platform is there.</summary>
    Wait,
}

/// <param name="Who">Worker, or shop for <see cref="LeaseAct.Expire"/>.</param>
/// <param name="What">Listing.</param>
/// <param name="Luck">How it ends, where that is open.</param>
internal sealed record LeaseStep(LeaseAct Act, int Who, int What, int Luck)
{
    public const int Workers = 3;
    public const int Shops = 2;
    public const int Listings = 4;

    private static readonly LeaseAct[] _acts =
    [
        .. Enumerable.Repeat(LeaseAct.Go, 12), LeaseAct.Turn, LeaseAct.Turn, LeaseAct.Turn, LeaseAct.Crash, LeaseAct.Freeze, LeaseAct.Freeze,
        LeaseAct.Expire, LeaseAct.Edit, LeaseAct.Edit, LeaseAct.Toggle, LeaseAct.EditWhileFinishing, LeaseAct.Wait, LeaseAct.Wait,
    ];

    private static readonly Gen<LeaseStep> _one = Gen.Select(
        Gen.Int[0, _acts.Length - 1], Gen.Int[0, Workers - 1], Gen.Int[0, Listings - 1], Gen.Int[0, 9],
        (act, who, what, luck) => new LeaseStep(_acts[act], who, what, luck));

    public static Gen<LeaseStep[]> Sequence(int longest) => _one.Array[1, longest];

    public override string ToString() => $"{Act}({Who},{What},{Luck})";
}
