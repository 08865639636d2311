namespace OcopMarket.Data.Embedded;

/// <summary>Why the server of our own could not be had; the message says it in one sentence and what to do.</summary>
public enum EmbeddedPostgresFault
{
    UnsupportedSystem,
    NoRights,
    NoSpace,
    NoBinaries,
    OtherVersion,
    PortTaken,
    Damaged,
    Busy,
}

/// <summary>The embedded server cannot be used. <see cref="Exception.Message"/> is written for the person at the terminal.</summary>
public sealed class EmbeddedPostgresException(EmbeddedPostgresFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public EmbeddedPostgresFault Fault { get; } = fault;
}
