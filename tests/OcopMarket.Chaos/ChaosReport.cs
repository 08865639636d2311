namespace OcopMarket.Chaos;

/// <summary>Sums of one run. <see cref="Faults"/> is empty when every promise was kept.</summary>
internal sealed record ChaosReport
{
    public required ChaosOptions Options { get; init; }
    public required int Listings { get; init; }
    public required int Kills { get; init; }
    public required int Pauses { get; init; }
    public required int DatabaseRestarts { get; init; }
    public required int Storms { get; init; }
    public required int Edits { get; init; }
    public required int Restores { get; init; }

    /// <summary>Items in the shops that the database no longer knew after it was put back to an older backup.</summary>
    public required long Forgotten { get; init; }

    /// <summary>Prices that differed after that return and were decided by a person, by <c>./run keep ours --since-restore</c>.</summary>
    public required long Decided { get; init; }

    /// <summary>Workers that ended though nobody struck them; they were started again.</summary>
    public required int OtherEnds { get; init; }

    /// <summary>What the last of these said.</summary>
    public required string LastWords { get; init; }

    public required long Live { get; init; }
    public required long Lost { get; init; }
    public required long Duplicated { get; init; }
    public required long WrongPrices { get; init; }
    public required long WrongStocks { get; init; }
    public required long RateBreaches { get; init; }

    /// <summary>Refusals that the platforms drew and products that may not be sent, over both platforms.</summary>
    public required long Planted { get; init; }
    public required long Issues { get; init; }
    public required long Adopted { get; init; }
    public required long Crashed { get; init; }
    public required long Attempts { get; init; }
    public required bool Settled { get; init; }
    public required double Seconds { get; init; }
    public required IReadOnlyList<string> Faults { get; init; }
}
