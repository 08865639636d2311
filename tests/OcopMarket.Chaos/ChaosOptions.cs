using System.Globalization;

namespace OcopMarket.Chaos;

/// <summary>What is done to the engine, and how the simulated platforms behave meanwhile. Printed with the result; the same seed draws the
/// same catalogue, the same faults of the platforms and the same order of blows.</summary>
internal sealed record ChaosOptions
{
    public long Seed { get; init; } = 20261124;
    public int Producers { get; init; } = 200;
    public int ProductsEach { get; init; } = 25;
    public int Workers { get; init; } = 3;

    public int Kills { get; init; } = 205;
    public int Pauses { get; init; } = 52;
    public int DatabaseRestarts { get; init; } = 20;
    public int Storms { get; init; } = 20;

    /// <summary>Times that the database is put back to a backup made a while before, as after the loss of a machine.</summary>
    public int Restores { get; init; } = 1;

    /// <summary>Times that the source changes prices and stock and brings new products while all this goes on. It begins with a share of
    /// them, so that there is always something to create.</summary>
    public int Edits { get; init; } = 19;

    /// <summary>Over which the blows are spread.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long nothing may settle after the last blow before the run is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(3);
    public TimeSpan SettlingTime { get; init; } = TimeSpan.FromSeconds(9);
    public double IndexLagSeconds { get; init; } = 2;
    public double LateSeconds { get; init; } = 3;
    public double DroppedShare { get; init; } = 0.05;
    public double LateShare { get; init; } = 0.01;
    public double RefusedShare { get; init; } = 0.03;

    /// <summary>Calls a second that the platforms allow: a login, a Postmart shop, creates on Voso.</summary>
    public int LoginRate { get; init; } = 60;
    public int ShopRate { get; init; } = 5;
    public int CreateRate { get; init; } = 5;
    public int DailyCap { get; init; } = 100_000;
    public int LatencyMilliseconds { get; init; } = 40;

    /// <summary>A line of protection that is taken out; the run must then fail.</summary>
    public string? Sabotage { get; init; }

    public int Products => Producers * ProductsEach;

    public static ChaosOptions Short { get; } = new()
    {
        Producers = 12,
        ProductsEach = 12,
        Kills = 8,
        Pauses = 3,
        DatabaseRestarts = 1,
        Storms = 2,
        Restores = 0,
        Edits = 2,
        CreateRate = 8,
        Length = TimeSpan.FromSeconds(20),
        Patience = TimeSpan.FromSeconds(60),
    };

    /// <summary>Little but a backup and, while the work goes on after it, the return to that backup.</summary>
    public static ChaosOptions Restore { get; } = Short with
    {
        Producers = 8,
        Kills = 2,
        Pauses = 0,
        DatabaseRestarts = 0,
        Storms = 0,
        Restores = 1,
        CreateRate = 4,
    };

    /// <exception cref="FormatException">An option is unknown or has no usable value.</exception>
    public static ChaosOptions Parse(string[] arguments)
    {
        var options = arguments.Contains("--short") ? Short : new ChaosOptions();
        var rest = arguments.Where(a => a != "--short").ToArray();
        if (rest.Length % 2 != 0)
        {
            throw new FormatException("Every option but --short needs a value: --seed 7 --kills 200.");
        }

        return rest.Chunk(2).Aggregate(options, (o, pair) => Set(o, pair[0], pair[1]));
    }

    private static ChaosOptions Set(ChaosOptions o, string name, string value) => name switch
    {
        "--seed" => o with { Seed = Number(name, value) },
        "--producers" => o with { Producers = Number(name, value) },
        "--products-each" => o with { ProductsEach = Number(name, value) },
        "--workers" => o with { Workers = Number(name, value) },
        "--kills" => o with { Kills = Number(name, value) },
        "--pauses" => o with { Pauses = Number(name, value) },
        "--restarts" => o with { DatabaseRestarts = Number(name, value) },
        "--storms" => o with { Storms = Number(name, value) },
        "--restores" => o with { Restores = Number(name, value) },
        "--edits" => o with { Edits = Number(name, value) },
        "--minutes" => o with { Length = TimeSpan.FromMinutes(Number(name, value)) },
        "--sabotage" => o with { Sabotage = value },
        _ => throw new FormatException(
            $"There is no option {name}. Options: --short --seed --producers --products-each --workers --kills --pauses --restarts --storms --restores --edits --minutes --sabotage."),
    };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} needs a whole number, not '{value}'.");
}
