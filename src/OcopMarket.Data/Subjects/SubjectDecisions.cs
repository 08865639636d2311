using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Subjects;

public enum SubjectOutcome
{
    Done,

    /// <summary>There is no such producer, household, unit or request, or not for this person.</summary>
    NotThere,

    /// <summary>The same is asked already.</summary>
    Already,

    /// <summary>It has gone on since the person looked.</summary>
    Changed,

    /// <summary>Who wrote it down may not confirm.</summary>
    SamePerson,
}

/// <summary>People write requests down, answer and decide them; the workers carry them out. Nothing is erased on one person's word.</summary>
public static class SubjectDecisions
{
    /// <summary>The reason of a request that its asker took back.</summary>
    public const string Withdrawn = "withdrawn";

    private const string Find = """
        SELECT EXISTS (SELECT FROM producer WHERE id = @Producer)
            OR EXISTS (SELECT FROM seller_account WHERE id = @Account AND producer_id IS NULL AND owner_name IS NOT NULL)
            OR EXISTS (SELECT FROM admin_unit WHERE code = @Unit AND valid_to IS NULL)
        """;

    private const string Insert = """
        INSERT INTO subject_request (kind, producer_id, account_id, removed_unit, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by,
            answered_at)
        SELECT @Kind, x.producer_id, x.account_id, x.removed_unit, x.unit_code, @Evidence, @AskedOn, @by, @key, @answerBy, @doneBy,
            CASE WHEN @IsAnswered THEN now() END
        FROM (SELECT id AS producer_id, NULL::bigint AS account_id, NULL AS removed_unit, coalesce(unit_now, unit_code) AS unit_code
              FROM producer WHERE id = @Producer
              UNION ALL SELECT NULL, id, NULL, unit_code FROM seller_account WHERE id = @Account AND producer_id IS NULL AND owner_name IS NOT NULL
              UNION ALL SELECT DISTINCT NULL::bigint, NULL::bigint, code, code FROM admin_unit WHERE code = @Unit AND valid_to IS NULL) x
        ON CONFLICT DO NOTHING RETURNING id
        """;

    private const string One = "SELECT id, kind, producer_id, step, recorded_by, recorded_key FROM subject_request WHERE id = @request FOR UPDATE";

    private const string Answer = "UPDATE subject_request SET answered_at = now() WHERE id = @request AND answered_at IS NULL";

    private const string Approve = """
        UPDATE subject_request SET step = 'approved', approved_by = @by, approved_key = @key, approved_at = now(), answered_at = coalesce(answered_at, now())
        WHERE id = @request AND step = 'open'
        """;

    private const string End = """
        UPDATE subject_request SET step = @step, ended_at = now(), ended_reason = @reason, answered_at = coalesce(answered_at, now())
        WHERE id = @request AND step = 'open'
        """;

    private const string Clear = "UPDATE subject_request SET left_over = '[]' WHERE id = @request AND left_over <> '[]'";

    /// <returns>The request's number where it was written down.</returns>
    public static async Task<(SubjectOutcome Outcome, long? Id)> RecordAsync(
        NpgsqlTransaction transaction, NewSubjectRequest request, SubjectClocks clocks, Actor by, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            Find, new { request.Producer, request.Account, request.Unit }, transaction, cancellationToken: cancellationToken)))
        {
            return (SubjectOutcome.NotThere, null);
        }

        var id = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            Insert,
            new
            {
                request.Kind,
                request.Producer,
                request.Account,
                request.Unit,
                request.Evidence,
                request.AskedOn,
                request.IsAnswered,
                by = by.Shown,
                key = by.Key,
                answerBy = clocks.AnswerBy(request.AskedOn),
                doneBy = clocks.DoneBy(request.AskedOn),
            },
            transaction, cancellationToken: cancellationToken));
        if (id is null)
        {
            return (SubjectOutcome.Already, null);
        }

        await AuditLog.WriteAsync(
            transaction,
            new(by, $"subject.{request.Kind}.ask") { ProducerId = request.Producer, After = new { request = id, account = request.Account, unit = request.Unit } },
            cancellationToken);
        return (SubjectOutcome.Done, id);
    }

    /// <summary>The person was told that the request was received.</summary>
    public static Task<SubjectOutcome> AnswerAsync(NpgsqlTransaction transaction, long request, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(transaction, request, by, "answer", _ => true, Answer, null, cancellationToken);

    /// <summary>A second person: the workers begin.</summary>
    public static Task<SubjectOutcome> ApproveAsync(NpgsqlTransaction transaction, long request, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(transaction, request, by, "approve", r => r.Kind != "export" && r.Step == "open", Approve, null, cancellationToken);

    /// <summary>Not done, and why.</summary>
    public static Task<SubjectOutcome> RefuseAsync(
        NpgsqlTransaction transaction, long request, string reason, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(transaction, request, by, "refuse", r => r.Step == "open", End, new { request, reason, step = "refused" }, cancellationToken);

    /// <summary>Whoever asked thought better of it.</summary>
    public static Task<SubjectOutcome> WithdrawAsync(NpgsqlTransaction transaction, long request, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(
            transaction, request, by, "withdraw", r => r.Step == "open", End, new { request, reason = Withdrawn, step = "refused" }, cancellationToken);

    /// <summary>The copy was handed over.</summary>
    public static Task<SubjectOutcome> HandOverAsync(NpgsqlTransaction transaction, long request, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(
            transaction, request, by, "hand_over", r => r is { Kind: "export", Step: "open" }, End, new { request, reason = (string?)null, step = "done" },
            cancellationToken);

    /// <summary>What was left in shops was taken down by hand.</summary>
    public static Task<SubjectOutcome> ClearAsync(NpgsqlTransaction transaction, long request, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(transaction, request, by, "clear", r => r.Step == "done", Clear, null, cancellationToken);

    private static async Task<SubjectOutcome> DecideAsync(
        NpgsqlTransaction transaction, long request, Actor by, string word, Func<Found, bool> may, string sql, object? parameters,
        CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        if (await connection.QuerySingleOrDefaultAsync<Found>(
            new CommandDefinition(One, new { request }, transaction, cancellationToken: cancellationToken)) is not { } found)
        {
            return SubjectOutcome.NotThere;
        }

        if (!may(found))
        {
            return SubjectOutcome.Changed;
        }

        if (sql == Approve && !by.IsOther(found.RecordedBy, found.RecordedKey))
        {
            return SubjectOutcome.SamePerson;
        }

        if (await connection.ExecuteAsync(new CommandDefinition(
            sql, parameters ?? new { request, by = by.Shown, key = by.Key }, transaction, cancellationToken: cancellationToken)) != 1)
        {
            return SubjectOutcome.Changed;
        }

        await AuditLog.WriteAsync(
            transaction, new(by, $"subject.{found.Kind}.{word}") { ProducerId = found.ProducerId, After = new { request } }, cancellationToken);
        return SubjectOutcome.Done;
    }

    private sealed record Found
    {
        public long Id { get; init; }
        public string Kind { get; init; } = "";
        public long? ProducerId { get; init; }
        public string Step { get; init; } = "";
        public string RecordedBy { get; init; } = "";
        public string RecordedKey { get; init; } = "";
    }
}
