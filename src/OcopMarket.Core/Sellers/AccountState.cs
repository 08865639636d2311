namespace OcopMarket.Core.Sellers;

/// <summary>State of a shop. Changes only by an account check, a platform's answer or a person, each with time and evidence.
/// <c>ReauthNeeded</c>: the shop is there, our right to act on it has ended.</summary>
public enum AccountState { Planned, Registered, IdentityPending, Active, Dormant, ReauthNeeded, Suspended, Closed, Unknown }
