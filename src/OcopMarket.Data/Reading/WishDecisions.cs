using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Reading;

public enum WishOutcome
{
    Confirmed,

    /// <summary>Waits for a second person.</summary>
    Proposed,

    Dropped,

    /// <summary>There is no such plan for this person to decide, or not any more.</summary>
    Closed,

    /// <summary>Some of it is out of this person's reach by now: nothing of it is done.</summary>
    OutOfSight,

    /// <summary>So many are taken off sale that the person proves first who they are.</summary>
    ProofFirst,

    /// <summary>A proposal says why.</summary>
    ReasonMissing,

    /// <summary>Who proposed does not agree as the second person.</summary>
    SamePerson,
}

/// <param name="Lines">Of <see cref="WishOutcome.OutOfSight"/>: how many.</param>
public sealed record WishDecision(WishOutcome Outcome, long Lines = 0);

/// <summary>Who may set a plan going. Its maker does so within what the maker reaches at this moment; what takes more off sale than the mass-change guard
/// lets pass asks for a fresh proof, and of staff and admins for the word of another one who reaches all of it. The plan's row is held from the first look
/// to the end.</summary>
public sealed class WishDecisions(WritingDatabase writing, IReaderScope reader, GuardRules rules)
{
    /// <summary>How long a proposal waits for the second person.</summary>
    public const int WaitHours = 24;

    public const int ShortestReason = 10;
    public const int LongestReason = 500;

    /// <param name="isFresh">Whether the person proved a moment ago who they are.</param>
    /// <param name="reason">Why so many are taken off sale; asked for where a second person has to agree.</param>
    public Task<WishDecision> ConfirmAsync(long plan, Actor by, bool isFresh, string? reason, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            var work = new Work(transaction, plan, by, cancellationToken);
            if (await work.LockAsync() is not { Step: "planned" } row)
            {
                return new(WishOutcome.Closed);
            }

            if (await work.OutOfSightAsync() is > 0 and var hidden)
            {
                return new(WishOutcome.OutOfSight, hidden);
            }

            var many = WishShop.AreMany(await work.TakenDownAsync(), rules);
            if (many && !isFresh)
            {
                return new(WishOutcome.ProofFirst);
            }

            if (!many || reader.Current.ProducerId is not null) // a business answers for its own shops
            {
                return await work.WriteAsync(WishPortalSql.Confirm, "listing.wish", row, new { plan }, WishOutcome.Confirmed, reader.Current.ProducerId);
            }

            return reason?.Trim() is { Length: >= ShortestReason and <= LongestReason } said
                ? await work.WriteAsync(WishPortalSql.Propose, "listing.wish.propose", row, new { plan, reason = said }, WishOutcome.Proposed, null)
                : new(WishOutcome.ReasonMissing);
        },
        cancellationToken);

    /// <inheritdoc cref="ConfirmAsync"/>
    public Task<WishDecision> ApproveAsync(long plan, Actor by, bool isFresh, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            var work = new Work(transaction, plan, by, cancellationToken);
            if (await work.LockAsync() is not { Step: "proposed" } row)
            {
                return new(WishOutcome.Closed);
            }

            if (row.PlannedKey == by.Key)
            {
                return new(WishOutcome.SamePerson);
            }

            return await work.OutOfSightAsync() is > 0 and var hidden ? new(WishOutcome.OutOfSight, hidden)
                : !isFresh ? new(WishOutcome.ProofFirst)
                : await work.WriteAsync(WishPortalSql.Approve, "listing.wish.approve", row, new { plan, by = by.Shown, key = by.Key }, WishOutcome.Confirmed, null);
        },
        cancellationToken);

    /// <summary>By its maker; of a proposal also by somebody else who may decide.</summary>
    public Task<WishDecision> DropAsync(long plan, Actor by, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            var wasProposed = await transaction.Connection!.QueryFirstOrDefaultAsync<bool?>(new CommandDefinition(
                WishPortalSql.Drop, new { plan, key = by.Key }, transaction, cancellationToken: cancellationToken));
            if (wasProposed == true)
            {
                await AuditLog.WriteAsync(transaction, new(by, "listing.wish.drop") { After = new { plan } }, cancellationToken);
            }

            return new WishDecision(wasProposed is null ? WishOutcome.Closed : WishOutcome.Dropped);
        },
        cancellationToken);

    private sealed record LockedPlan
    {
        public string Kind { get; init; } = "";
        public string PlannedKey { get; init; } = "";
        public int Products { get; init; }
        public DateOnly? BackOn { get; init; }
        public string Step { get; init; } = "";
    }

    private sealed class Work(NpgsqlTransaction transaction, long plan, Actor by, CancellationToken cancellationToken)
    {
        public Task<LockedPlan?> LockAsync() => transaction.Connection!.QueryFirstOrDefaultAsync<LockedPlan>(
            Command(WishPortalSql.Lock, new { plan, key = by.Key, hours = WishPortal.HoldsHours, wait = WaitHours }));

        public Task<long> OutOfSightAsync() => transaction.Connection!.QuerySingleAsync<long>(Command(WishPortalSql.OutOfSight, new { plan }));

        public async Task<List<WishShop>> TakenDownAsync() =>
            (await transaction.Connection!.QueryAsync<WishShop>(Command(WishPortalSql.TakenDown, new { plan }))).AsList();

        /// <summary>The audit names the plan, which says why: a text that somebody wrote freely is to be erased with whom it is about, and the audit only grows.</summary>
        public async Task<WishDecision> WriteAsync(string sql, string action, LockedPlan row, object parameters, WishOutcome outcome, long? producer)
        {
            if (await transaction.Connection!.ExecuteAsync(Command(sql, parameters)) != 1)
            {
                return new(WishOutcome.Closed);
            }

            await AuditLog.WriteAsync(
                transaction,
                new(by, action) { ProducerId = producer, After = new { plan, kind = row.Kind, products = row.Products, backOn = row.BackOn } },
                cancellationToken);
            if (outcome == WishOutcome.Confirmed)
            {
                await transaction.Connection!.ExecuteAsync(Command("SELECT pg_notify('ocop_work', '')", null));
            }

            return new(outcome);
        }

        private CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }
}
