using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Tests.Sync.Lease;

/// <summary>One worker of the model: what a turn of a shop does, cut into steps between which everything else may happen.</summary>
internal sealed class LeaseWorker(LedgerFixture ledger, LeaseModel model, LeasePlatform platform)
{
    private static readonly LeaseFate[] _fates = [LeaseFate.AnswerLost, LeaseFate.Lost, LeaseFate.Late, LeaseFate.Late, LeaseFate.Refused];
    private QueueLease? _lease;
    private Stage _stage;
    private int _frozen;
    private IReadOnlyList<TaskWork> _batch = [];
    private Call? _call;
    private TaskOutcome _outcome;
    private IReadOnlyList<LookUpAnswer> _answers = [];

    private enum Stage { Idle, Claimed, Ready, Loaded, Begun, Answered, Looked }

    public bool IsIdle => _stage == Stage.Idle;

    /// <summary>The lease, when the worker is between two calls and might as well give the shop back.</summary>
    public QueueLease? Resting => _stage == Stage.Ready && !IsFrozen && model.IsHolder(_lease!) ? _lease : null;

    /// <summary>The lease that the worker believes to hold.</summary>
    public QueueLease? Held => _stage == Stage.Idle ? null : _lease;

    public bool IsFrozen => _frozen > 0;

    public void Freeze(int steps) => _frozen = steps;

    public void Thaw() => _frozen = Math.Max(0, _frozen - 1);

    public void Die() => (_stage, _frozen) = (Stage.Idle, 0);

    public Task GoAsync(int luck) => _stage switch
    {
        Stage.Idle => ClaimAsync(),
        Stage.Claimed => RecoverAsync(),
        Stage.Ready => LoadAsync(luck),
        Stage.Loaded when _batch[0].Unknown => LookUpAsync(),
        Stage.Loaded => BeginAsync(),
        Stage.Begun => SendAsync(luck),
        Stage.Answered => EndAsync(),
        Stage.Looked => ResolveAsync(),
        _ => throw new InvalidOperationException(),
    };

    private async Task ClaimAsync()
    {
        if ((await ledger.Queue.ClaimAsync("postmart", 1, CancellationToken.None)).SingleOrDefault() is { } lease)
        {
            model.Claimed(lease);
            _lease = lease;
            _stage = lease.Abandoned ? Stage.Claimed : Stage.Ready;
        }
    }

    private async Task RecoverAsync()
    {
        await ledger.Queue.RecoverAsync(_lease!, LedgerFixture.Settling, CancellationToken.None);
        model.Recovered(_lease!);
        _stage = Stage.Ready;
    }

    private async Task LoadAsync(int luck)
    {
        var work = await ledger.Queue.WorkAsync(_lease!.AccountId, 20, CancellationToken.None);
        if (work.Count == 0 || luck == 0)
        {
            await FinishAsync();
            return;
        }

        var doubtful = work.Where(w => w.Unknown).ToList();
        var next = work.GroupBy(w => w.Kind).First().ToList();
        _batch = doubtful.Count > 0 ? doubtful
            : next.Find(w => w.Crashes > 0) is { } suspect ? [suspect]
            : [.. next.Take(1 + (luck % 2))];
        _stage = Stage.Loaded;
    }

    public async Task FinishAsync()
    {
        await model.WriteAsync(_lease!, () => ledger.FinishAsync(_lease!));
        await model.FinishedAsync(_lease!);
        _stage = Stage.Idle;
    }

    private async Task BeginAsync()
    {
        IReadOnlyDictionary<long, long>? attempts;
        try
        {
            attempts = await ledger.Queue.BeginAsync(_lease!, _batch, mayHide: true, CancellationToken.None);
        }
        catch (PostgresException e) when (e.ConstraintName == "listing_task_one_open")
        {
            attempts = null; // another's call of this listing is open: the turn breaks off
        }

        LeaseModelException.ThrowIf(
            attempts is null == model.IsHolder(_lease!), $"Begin said {(attempts is null ? "lost" : "ours")} of lease {_lease}, and it is not so.");
        _stage = attempts is null ? Stage.Idle : attempts.Count == 0 ? Stage.Ready : Stage.Begun;
        _call = attempts is null ? null : new(_lease!, [.. _batch.Where(w => attempts.ContainsKey(w.TaskId))], attempts);
    }

    /// <summary>The request leaves while the lease lasts, or not at all; then the answer comes, is lost, or says "not now".</summary>
    private async Task SendAsync(int luck)
    {
        if (luck == 9)
        {
            await FinishAsync(); // stopped between the intent and the call
            return;
        }

        if (!model.IsHolder(_lease!) && !Sabotage.SendWindow)
        {
            _outcome = TaskOutcome.Delayed; // too late
        }
        else
        {
            await model.IntentIsThereAsync(_call!);
            var fate = luck < _fates.Length ? _fates[luck] : LeaseFate.Landed;
            foreach (var work in _call!.Work)
            {
                platform.Send(work, fate);
            }

            _outcome = fate switch
            {
                LeaseFate.Landed => TaskOutcome.Accepted,
                LeaseFate.Refused => TaskOutcome.Delayed,
                _ => TaskOutcome.Unknown,
            };
        }

        _stage = Stage.Answered;
    }

    private async Task EndAsync()
    {
        await model.EndAsync(_lease!, () => ledger.EndAsync(_call!, _outcome));
        _stage = Stage.Ready;
    }

    private async Task LookUpAsync()
    {
        var ours = await ledger.Queue.RenewAsync(_lease!, CancellationToken.None);
        LeaseModelException.ThrowIf(ours != model.IsHolder(_lease!), $"Renew said {ours} of lease {_lease}, and it is not so.");
        _answers = ours ? [.. _batch.Select(w => new LookUpAnswer(w, platform.Find(w.ListingId), [], TimeSpan.Zero))] : [];
        _stage = ours ? Stage.Looked : Stage.Idle;
    }

    private async Task ResolveAsync()
    {
        await model.WriteAsync(_lease!, () => ledger.Queue.ResolveAsync(_lease!, _answers, CancellationToken.None));
        _stage = Stage.Ready;
    }
}
