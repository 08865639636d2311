namespace OcopMarket.Marketplaces;

/// <summary>The files of the platforms cannot be used. One sentence a fault: file, key, what to do.</summary>
public sealed class ProfileException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
