using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Loops;

/// <summary>Ends what people began on the shops' pages, renews tokens before they end, and warns before a consent does.</summary>
public sealed partial class ShopConnector(
    ConnectStore attempts, ShopConnecting connecting, IntakeKeys keys, ConsentTokens tokens, ConsentWarnings warnings, SellerSessions sessions, WorkSignal signal,
    ILogger<ShopConnector> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private const int Most = 20;

    /// <summary>At the same time; of attempts no more are taken, because their time runs from then.</summary>
    private const int Few = 4;
    private static readonly TimeSpan _warnEvery = TimeSpan.FromMinutes(10);
    private long _lastWarned;

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var few = new ParallelOptions { MaxDegreeOfParallelism = Few, CancellationToken = cancellationToken };
        await EnsureKeyAsync(cancellationToken);
        var taken = await attempts.TakeAsync(Few, cancellationToken);
        await Parallel.ForEachAsync(taken, few, async (attempt, token) => await EndAsync(attempt, token));
        await attempts.SweepAsync(cancellationToken);
        var due = await tokens.DueAsync(Most, cancellationToken);
        await Parallel.ForEachAsync(due, few, async (credential, token) => await RenewAsync(credential, token));
        if (_lastWarned == 0 || Time.GetElapsedTime(_lastWarned) >= _warnEvery)
        {
            await warnings.WarnAsync(cancellationToken);
            _lastWarned = Time.GetTimestamp();
        }

        return taken.Count + due.Count > 0;
    }

    /// <summary>Without it nobody can type a login; everything else goes on.</summary>
    private async Task EnsureKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.EnsureAsync(cancellationToken);
        }
        catch (VaultException e)
        {
            LogNoIntake(log, e);
        }
    }

    /// <summary>One that fails ends by its lease; the others go on.</summary>
    private async Task EndAsync(TakenAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            await connecting.EndAsync(attempt, cancellationToken);
        }
#pragma warning disable CA1031 // the attempt is ended by the sweep, whatever went wrong
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogAttemptFailed(log, e, attempt.Id);
        }
    }

    private async Task RenewAsync(long credential, CancellationToken cancellationToken)
    {
        try
        {
            await sessions.RenewEarlyAsync(credential, cancellationToken);
        }
#pragma warning disable CA1031 // one login that cannot be opened stops no other
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotRenewed(log, e, credential);
            await tokens.LetOthersGoAsync(credential, cancellationToken);
        }
    }

    [LoggerMessage(1406, LogLevel.Error, "Attempt {AttemptId} to connect or disconnect a shop could not be ended")]
    private static partial void LogAttemptFailed(ILogger log, Exception exception, long attemptId);

    [LoggerMessage(1415, LogLevel.Error, "No key could be made for logins that are typed in the portal")]
    private static partial void LogNoIntake(ILogger log, Exception exception);

    [LoggerMessage(1407, LogLevel.Warning, "Login {CredentialId} could not be renewed now; its token may still hold, and it is tried again")]
    private static partial void LogNotRenewed(ILogger log, Exception exception, long credentialId);
}
