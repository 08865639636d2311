using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Sync;

public enum HoldOutcome
{
    Done,

    /// <summary>There is no such open hold, or not for this person to decide.</summary>
    NotOpen,

    /// <summary>It is not what the person saw: to be looked at once more.</summary>
    Changed,

    NotProposed,

    /// <summary>The one who proposed may not confirm.</summary>
    SamePerson,
}

/// <summary>Two people let go what the guard keeps back: one proposes, another confirms. Both say what they saw; items that came later are not
/// meant.</summary>
public static class HoldDecisions
{
    /// <param name="sight"><see cref="GuardHold.Sight"/> of what was looked at; null: whatever is held now.</param>
    public static Task<HoldOutcome> ProposeAsync(
        NpgsqlTransaction transaction, long hold, Actor by, string reason, string? sight, CancellationToken cancellationToken) =>
        DecideAsync(transaction, hold, sight, new(by, "hold.propose") { After = new { hold, reason } }, held =>
            held.ApprovedAt is not null ? (HoldOutcome.Changed, null)
                : (HoldOutcome.Done, new(GuardSql.Propose, new { hold, by = by.Shown, key = by.Key, reason })), cancellationToken);

    /// <inheritdoc cref="ProposeAsync"/>
    public static Task<HoldOutcome> ApproveAsync(
        NpgsqlTransaction transaction, long hold, Actor by, string? sight, CancellationToken cancellationToken) =>
        DecideAsync(transaction, hold, sight, new(by, "hold.approve") { After = new { hold } }, held =>
            held is not { ProposedBy: { } name, ProposedKey: { } key } ? (HoldOutcome.NotProposed, null)
                : held.ApprovedAt is not null || !held.IsAsProposed ? (HoldOutcome.Changed, null)
                : !by.IsOther(name, key) ? (HoldOutcome.SamePerson, null)
                : (HoldOutcome.Done, new(GuardSql.Approve, new { hold, by = by.Shown, key = by.Key })), cancellationToken);

    /// <summary>A proposal counts no more. What two people agreed to goes out.</summary>
    /// <inheritdoc cref="ProposeAsync"/>
    public static Task<HoldOutcome> TakeBackAsync(
        NpgsqlTransaction transaction, long hold, Actor by, string? sight, CancellationToken cancellationToken) =>
        DecideAsync(transaction, hold, sight, new(by, "hold.take_back") { After = new { hold } }, held =>
            held.ProposedAt is null ? (HoldOutcome.NotProposed, null)
                : held.ApprovedAt is not null ? (HoldOutcome.Changed, null)
                : (HoldOutcome.Done, new(GuardSql.TakeBack, new { hold })), cancellationToken);

    private static async Task<HoldOutcome> DecideAsync(
        NpgsqlTransaction transaction, long hold, string? sight, AuditEntry entry,
        Func<GuardHold, (HoldOutcome Outcome, Step? Write)> judge, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        if (await connection.ExecuteScalarAsync<long?>(new CommandDefinition(GuardSql.Lock, new { hold }, transaction, cancellationToken: cancellationToken)) is null
            || await connection.QuerySingleOrDefaultAsync<GuardHold>(
                new CommandDefinition(GuardSql.One, new { hold }, transaction, cancellationToken: cancellationToken)) is not { } held)
        {
            return HoldOutcome.NotOpen;
        }

        if (sight is not null && sight != held.Sight)
        {
            return HoldOutcome.Changed;
        }

        var (outcome, write) = judge(held);
        if (write is null)
        {
            return outcome;
        }

        // An item beyond the person's scope that came a moment ago hides the row: nothing was decided then.
        if (await connection.ExecuteAsync(new CommandDefinition(write.Sql, write.Parameters, transaction, cancellationToken: cancellationToken)) != 1)
        {
            return HoldOutcome.Changed;
        }

        await AuditLog.WriteAsync(
            transaction, entry with { Before = new { hold, held.Items, proposed = held.ProposedKey, approved = held.ApprovedKey } }, cancellationToken);
        return outcome;
    }

    private sealed record Step(string Sql, object Parameters);
}
