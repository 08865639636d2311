namespace OcopMarket.Core.Sync;

/// <summary>Kind of change, in the order of harm: a stop goes before everything else. Showing a hidden item again is visibility as well and
/// rides in <see cref="Stop"/>.</summary>
public enum Lane { Stop, Stock, Price, Content, Create }

/// <summary>Unknown: a call may have landed, and only a look-up can tell. Dead: set aside after three crashes alone, for a person.</summary>
public enum TaskState { Idle, Due, Leased, Unknown, Dead }

/// <summary>How the last call of a task ended. Delayed: the platform or a limit said "later", nothing landed.</summary>
public enum TaskOutcome { Accepted, Refused, Unknown, Delayed, Crashed }

/// <summary>The part of a task that rules look at.</summary>
public sealed record TaskFacts(
    TaskState State, long WantedRevision, long SentRevision, TaskOutcome? LastOutcome = null, DateTimeOffset? DueAt = null)
{
    /// <summary>The newest wish was submitted and refused: nothing more is sent until somebody edits.</summary>
    public bool Refused => LastOutcome == TaskOutcome.Refused && SentRevision >= WantedRevision;
    public bool IsOpen => State is TaskState.Due or TaskState.Leased or TaskState.Unknown;
}
