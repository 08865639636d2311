namespace OcopMarket.Testing.Conformance;

/// <summary>Applies to platforms that look at items before they are on sale.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReviewedAttribute : Attribute;
