using OcopMarket.Core.People;

namespace OcopMarket.App.Cli;

/// <summary>Who gives a command, for the audit.</summary>
internal static class CommandActor
{
    /// <param name="name">As given with <c>--by</c>; null: the user of this machine.</param>
    public static Actor Of(string? name = null) =>
        new(name ?? Environment.UserName, $"command line, {Environment.UserName}@{Environment.MachineName}", Guid.NewGuid().ToString("n")[..16]);
}
