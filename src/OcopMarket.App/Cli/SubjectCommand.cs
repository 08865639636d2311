using System.CommandLine;
using System.Globalization;
using Npgsql;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Subjects;

namespace OcopMarket.App.Cli;

/// <summary><c>./run subject ask, list, approve, refuse, answered, taken-down, copy</c>: what people ask about the data stored of them.</summary>
internal static class SubjectCommand
{
    private const string Codes =
        "Exit codes: 0 done; 2 wrong arguments; 4 refused with the reason, or there is no installation or no database; nothing was changed.";

    public static Command Create() => new("subject", "Requests about personal data: a copy, erasure, removal of a unit.")
    {
        Ask(), List(),
        Decide("approve", "A second person confirms an erasure or removal; the workers begin at once. It cannot be undone.", SubjectDecisions.ApproveAsync),
        Refuse(),
        Decide("answered", "Writes down that the person was told that the request was received.", SubjectDecisions.AnswerAsync),
        Decide("taken-down", "Items that the program could not take out of a shop were taken out by hand.", SubjectDecisions.ClearAsync),
        Copy(),
    };

    private static Command Ask()
    {
        var kind = new Argument<string>("KIND") { Description = "export (a copy), erase, or remove (everybody of a unit, when a service ends)." };
        kind.AcceptOnlyFromAmong("export", "erase", "remove");
        var producer = new Option<long?>("--producer") { Description = "Number of the producer." };
        var account = new Option<long?>("--account") { Description = "Number of the shop of a household outside the catalogue." };
        var unit = new Option<string?>("--unit") { Description = "Code of the province or commune; only with remove." };
        var evidence = new Option<string>("--evidence") { Description = "Number of the form or letter. No names: the request outlives the data.", Required = true };
        var asked = new Option<DateOnly?>("--asked-on") { Description = "Day on which it was asked; the law's clocks run from it. Default: today." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the request.", Required = true };
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("ask", $"""
            Writes down what a producer or household asks about the data stored of them. A copy is made with ./run subject copy. An erasure or removal
            waits for a second person (./run subject approve); then the items are taken out of the shops, and every row about them goes within a day.
            Lists do not bring an erased one back, and a restored backup is cleared of them again.

            {Codes}
            Example: ./run subject ask erase --producer 12 --evidence "Phiếu số 7" --by "Lan"
            """)
        { kind, producer, account, unit, evidence, asked, by, data };
        command.Validators.Add(r =>
        {
            var given = new object?[] { r.GetValue(producer), r.GetValue(account), r.GetValue(unit) }.Count(x => x is not null);
            if (given != 1 || (r.GetValue(unit) is not null && r.GetValue(kind) != "remove"))
            {
                r.AddError("Give exactly one of --producer, --account and, for remove, --unit.");
            }
        });
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async (installation, transaction) =>
        {
            var (outcome, id) = await SubjectDecisions.RecordAsync(
                transaction,
                new(parsed.GetValue(kind)!, parsed.GetValue(producer), parsed.GetValue(account), parsed.GetValue(unit), parsed.GetValue(evidence)!,
                    parsed.GetValue(asked) ?? VietnamDay.Of(TimeProvider.System.GetUtcNow())),
                SubjectClocks.Load(Path.Combine(installation.Home.ConfigFolder, "ocop", "data-subjects.json")), CommandActor.Of(parsed.GetValue(by)), cancellationToken);
            Require(outcome, "There is no such producer, household outside the catalogue, or unit.");
            AccountLookCommands.Line($"Request {id} is in the books.{(parsed.GetValue(kind) == "export" ? $" Make the copy: ./run subject copy {id} FILE" : $" A second person confirms it: ./run subject approve {id} --by NAME")}");
        }, cancellationToken));
        return command;
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Also those that are done." };
        var (json, data) = AccountLookCommands.Usual("Print {requests: [...]} as JSON on standard output.");
        var command = new Command("list", $$"""
            Requests with the last days that the law sets, the nearest first; at most 1,000.

            JSON keys: requests[{id, kind, producerId, accountId, removedUnit, parentId, name, evidence, askedOn, recordedBy, answerBy, doneBy, answeredAt,
            approvedBy, approvedAt, step, beganAt, endedAt, endedReason, removed, leftOver}]; step is open, approved, leaving, done or refused.
            {{Codes}}
            Example: ./run subject list
            """)
        { all, json, data };
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(data), async (_, transaction) =>
        {
            var found = await SubjectQueries.AllAsync(transaction, parsed.GetValue(all), cancellationToken);
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new { requests = found });
                return;
            }

            foreach (var r in found)
            {
                AccountLookCommands.Line($"{r.Id} {r.Kind} {Whom(r)}: {r.Step}, asked {r.AskedOn:yyyy-MM-dd} ({r.Evidence}), {Clocks(r)}{(r.LeftOver == "[]" ? "" : $"; to be taken down by hand: {r.LeftOver}")}");
            }
        }, cancellationToken));
        return command;
    }

    private static Command Decide(
        string verb, string what, Func<NpgsqlTransaction, long, Core.People.Actor, CancellationToken, Task<SubjectOutcome>> decide)
    {
        var id = Request();
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the request.", Required = true };
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command(verb, $"""
            {what}

            {Codes}
            Example: ./run subject {verb} 3 --by "Minh"
            """)
        { id, by, data };
        command.SetAction((parsed, cancellationToken) => DecideAsync(
            parsed.GetValue(data), parsed.GetValue(id), verb,
            t => decide(t, parsed.GetValue(id), CommandActor.Of(parsed.GetValue(by)), cancellationToken), cancellationToken));
        return command;
    }

    private static Command Refuse()
    {
        var id = Request();
        var person = new PersonOptions();
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("refuse", $"""
            Ends a request that is not to be done, with the reason. No names: the request outlives the data.

            {Codes}
            Example: ./run subject refuse 3 --by "Minh" --reason "the form was not the producer's"
            """)
        { id, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var (by, reason) = person.Of(parsed);
            return DecideAsync(
                parsed.GetValue(data), parsed.GetValue(id), "refuse",
                t => SubjectDecisions.RefuseAsync(t, parsed.GetValue(id), reason, CommandActor.Of(by), cancellationToken), cancellationToken);
        });
        return command;
    }

    private static Argument<long> Request() => new("REQUEST") { Description = "Number of the request, from ./run subject list." };

    private static Task<int> DecideAsync(
        string? data, long id, string verb, Func<NpgsqlTransaction, Task<SubjectOutcome>> decide, CancellationToken cancellationToken) =>
        WithAsync(data, async (_, transaction) =>
        {
            Require(await decide(transaction), "There is no such request; ./run subject list --all shows them.");
            AccountLookCommands.Line($"Request {id}: {verb}.");
        }, cancellationToken);

    private static Command Copy()
    {
        var id = new Argument<long>("REQUEST") { Description = "Number of an open request for a copy." };
        var file = new Argument<string>("FILE") { Description = "ZIP to make; it must not exist." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the request.", Required = true };
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command("copy", $"""
            Writes all that is stored of a producer or household into a ZIP with data.json (every table with its purpose and how long it is kept), their
            pictures and signed forms, and ends the request. Only this user can read the file; hand it to nobody else.

            {Codes}
            Example: ./run subject copy 4 /mnt/handover/so-4.zip --by "Lan"
            """)
        { id, file, by, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data), async installation =>
        {
            await using var connection = await installation.Database.OwnerSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            var request = (await SubjectQueries.AllAsync(transaction, all: false, cancellationToken)).FirstOrDefault(r => r.Id == parsed.GetValue(id) && r.Kind == "export")
                ?? throw new StartException("There is no such open request for a copy; ./run subject list shows them.");
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            await WriteAsync(path, output => SubjectCopy.WriteAsync(
                transaction, request.ProducerId, request.AccountId, people: true, OcopHost.Periods(installation.Settings), TimeProvider.System.GetUtcNow(), output, cancellationToken));
            Require(
                await SubjectDecisions.HandOverAsync(transaction, request.Id, CommandActor.Of(parsed.GetValue(by)), cancellationToken),
                "The request was ended meanwhile; remove the file.");
            await transaction.CommitAsync(cancellationToken);
            AccountLookCommands.Line($"The copy is in {path}.");
        }, cancellationToken));
        return command;
    }

    private static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            await using var file = new FileStream(path, options);
            await write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The file {path} cannot be written ({e.Message.TrimEnd('.')}). Name one that does not exist, in a folder of yours.");
        }
    }

    private static string Whom(SubjectRequest r) => string.Create(CultureInfo.InvariantCulture, $"{(r.ProducerId is { } p ? $"producer {p}" : r.AccountId is { } a ? $"account {a}" : $"unit {r.RemovedUnit}")}{(r.Name is null ? "" : $" ({r.Name})")}");

    private static string Clocks(SubjectRequest r) => r.EndedAt is { } end
        ? string.Create(CultureInfo.InvariantCulture, $"ended {VietnamDay.Of(end):yyyy-MM-dd}{(r.EndedReason is null ? "" : $": {r.EndedReason}")}")
        : string.Create(CultureInfo.InvariantCulture, $"{(r.AnsweredAt is null ? $"answer by {SubjectRequest.LastDay(r.AnswerBy):yyyy-MM-dd}, " : "")}done by {SubjectRequest.LastDay(r.DoneBy):yyyy-MM-dd}");

    private static void Require(SubjectOutcome outcome, string notThere)
    {
        if (outcome != SubjectOutcome.Done)
        {
            throw new StartException(outcome switch
            {
                SubjectOutcome.Already => "The same is asked already; ./run subject list shows it.",
                SubjectOutcome.SamePerson => "Who wrote the request down may not confirm it: a second person must.",
                SubjectOutcome.Changed => "The request has gone on since; look at ./run subject list --all.",
                _ => notThere,
            });
        }
    }

    private static async Task<int> RunAsync(string? data, Func<Installation, Task> work, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await installation.RequireCurrentAsync(cancellationToken);
        await work(installation);
        return ExitCodes.Done;
    }

    private static Task<int> WithAsync(string? data, Func<Installation, NpgsqlTransaction, Task> work, CancellationToken cancellationToken) =>
        RunAsync(data, async installation =>
        {
            await using var connection = await installation.Database.Worker.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await work(installation, transaction);
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);
}
