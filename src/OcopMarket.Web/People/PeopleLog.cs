using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.People;

/// <summary>Who came in, and who changed whom. Numbers of people only: names, codes and links stay out of the messages.</summary>
internal static partial class PeopleLog
{
    [LoggerMessage(5101, LogLevel.Information, "Person {Person} signed in by {How}")]
    internal static partial void SignedIn(ILogger logger, long person, string how);

    [LoggerMessage(5102, LogLevel.Information, "A try to sign in was refused at the {Step}")]
    internal static partial void Refused(ILogger logger, string step);

    [LoggerMessage(5103, LogLevel.Information, "Person {Actor} changed person {Person}: {What}")]
    internal static partial void Changed(ILogger logger, long? actor, long person, string what);

    [LoggerMessage(5104, LogLevel.Warning, "Person {Actor} was refused a change of person {Person}: {What}")]
    internal static partial void ChangeRefused(ILogger logger, long? actor, long person, string what);

    [LoggerMessage(5105, LogLevel.Warning, "A mail could not be sent ({Reason})")]
    internal static partial void NotSent(ILogger logger, string reason);

    [LoggerMessage(5106, LogLevel.Warning, "People could not be looked after ({Reason}); the next round tries again")]
    internal static partial void NotKept(ILogger logger, string reason);

    [LoggerMessage(5107, LogLevel.Information, "The first admin was set up")]
    internal static partial void SetUp(ILogger logger);

    [LoggerMessage(5108, LogLevel.Warning, "The directory of OpenId:Authority could not be asked ({Reason})")]
    internal static partial void DirectoryAway(ILogger logger, string reason);
}
