using System.Globalization;
using Microsoft.AspNetCore.Http;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Subjects;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Subjects;

/// <summary>What the form for a new request holds, as it was sent.</summary>
/// <param name="Producer">Or <paramref name="Account"/>; a business asks for itself, whatever stands there.</param>
internal sealed record SubjectForm(string? Kind, string? Producer, string? Account, string? Evidence, string? AskedOn);

/// <param name="Key">Of the words.</param>
/// <param name="Id">The request, where one was written down.</param>
internal sealed record SubjectAnswer(bool Done, string Key, long? Id = null);

/// <summary>Takes what people send about stored data. A business asks for its own, staff write down what somebody within their reach asks, admins
/// decide; what a person may is judged here and by the database's own rules.</summary>
internal sealed class SubjectDesk(
    SubjectPortal portal, SubjectClocks clocks, RetentionPeriods periods, DayLimits limits, Doer doer, IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>The evidence of a request that the producer sent here, and its writer's name: a request outlives the data and names nobody.</summary>
    public const string InPortal = "portal";
    private const string Themselves = "producer";

    private DateOnly Today => VietnamDay.Of(time.GetUtcNow());

    private PersonRole? Role => http.HttpContext?.User.Role();

    private Actor By => Role == PersonRole.Business ? doer.Now with { Shown = Themselves } : doer.Now;

    /// <summary>Not who wrote it down.</summary>
    public bool MayApprove(SubjectRequest request) => Role == PersonRole.Admin && By.IsOther(request.RecordedBy, request.RecordedKey);

    public async Task<SubjectAnswer> AskAsync(SubjectForm form, CancellationToken cancellationToken)
    {
        if (form.Kind is not ("export" or "erase"))
        {
            return new(false, "subject.bad.kind");
        }

        if (Judge(form) is { } wrong)
        {
            return new(false, wrong);
        }

        try
        {
            var (outcome, id) = await portal.RecordAsync(Read(form), clocks, limits.Requests, By, Today, cancellationToken);
            return outcome switch
            {
                SubjectOutcome.Done => new(true, "subject.done.ask", id),
                SubjectOutcome.Already => new(false, "subject.bad.already"),
                _ => new(false, "subject.bad.subject"),
            };
        }
        catch (DayLimitException)
        {
            return new(false, "subject.bad.day");
        }
    }

    /// <summary>The person was told that the request was received.</summary>
    public Task<SubjectAnswer> AnswerAsync(long request, CancellationToken cancellationToken) =>
        DecideAsync(PersonRole.Admin, "answer", t => SubjectDecisions.AnswerAsync(t, request, By, cancellationToken), cancellationToken);

    public async Task<SubjectAnswer> RefuseAsync(long request, string? reason, CancellationToken cancellationToken) =>
        Query.Text(reason) is { Length: >= 10 and <= 500 } why && !IdentityPapers.Names(why)
            ? await DecideAsync(
                PersonRole.Admin, "refuse", t => SubjectDecisions.RefuseAsync(t, request, why, By, cancellationToken), cancellationToken)
            : new(false, "subject.bad.reason");

    /// <summary>A business takes its own request back.</summary>
    public Task<SubjectAnswer> WithdrawAsync(long request, CancellationToken cancellationToken) =>
        DecideAsync(PersonRole.Business, "withdraw", t => SubjectDecisions.WithdrawAsync(t, request, By, cancellationToken), cancellationToken);

    /// <summary>What was left in shops was taken down by hand.</summary>
    public Task<SubjectAnswer> ClearAsync(long request, CancellationToken cancellationToken) =>
        DecideAsync(PersonRole.Admin, "clear", t => SubjectDecisions.ClearAsync(t, request, By, cancellationToken), cancellationToken);

    /// <summary>A second person: the workers begin.</summary>
    public Task<SubjectAnswer> ApproveAsync(long request, CancellationToken cancellationToken) =>
        DecideAsync(PersonRole.Admin, "approve", t => SubjectDecisions.ApproveAsync(t, request, By, cancellationToken), cancellationToken);

    /// <param name="output">Holds the whole copy where it is done.</param>
    public async Task<SubjectAnswer> CopyAsync(SubjectRequest request, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await portal.CopyAsync(request, periods, limits.Copies, By, time.GetUtcNow(), output, cancellationToken);
            return outcome == SubjectOutcome.Done ? new(true, "subject.done.copy") : new(false, "subject.bad.changed");
        }
        catch (DayLimitException)
        {
            return new(false, "subject.bad.copies");
        }
    }

    private async Task<SubjectAnswer> DecideAsync(
        PersonRole role, string word, Func<NpgsqlTransaction, Task<SubjectOutcome>> decide, CancellationToken cancellationToken) => Role != role
        ? new(false, "subject.bad.role")
        : await portal.DecideAsync(decide, cancellationToken) switch
        {
            SubjectOutcome.Done => new(true, $"subject.done.{word}"),
            SubjectOutcome.SamePerson => new(false, "subject.bad.same"),
            _ => new(false, "subject.bad.changed"),
        };

    /// <returns>What is wrong; null: nothing.</returns>
    private string? Judge(SubjectForm form)
    {
        if (Role == PersonRole.Business)
        {
            return null;
        }

        if (Query.Text(form.Evidence) is not { Length: >= 3 and <= 100 } number || number.Equals(InPortal, StringComparison.OrdinalIgnoreCase))
        {
            return "subject.bad.evidence";
        }

        return IdentityPapers.Names(number) ? "subject.bad.identity"
            : Day(form.AskedOn) is not { } asked || asked > Today || asked < Today.AddYears(-1) ? "subject.bad.day_asked"
            : Query.Id(form.Producer) is null == Query.Id(form.Account) is null ? "subject.bad.subject" : null;
    }

    private NewSubjectRequest Read(SubjectForm form) => Role == PersonRole.Business
        ? new(form.Kind!, http.HttpContext!.User.Scope().ProducerId, null, null, InPortal, Today) { IsAnswered = true }
        : new(form.Kind!, Query.Id(form.Producer), Query.Id(form.Account), null, Query.Text(form.Evidence)!, Day(form.AskedOn)!.Value);

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
