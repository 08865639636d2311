namespace OcopMarket.Core.People;

/// <summary>What a person may do; where, says the <see cref="DataScope"/>. A business acts for its own producer, a viewer is staff who only look.</summary>
public enum PersonRole { Business, Viewer, Staff, Admin }
