namespace OcopMarket.Testing.Conformance;

/// <summary>The test applies only to adapters that have this ability.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AbilityAttribute(Type ability) : Attribute
{
    public Type Ability { get; } = ability;
}
