using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Worker.Watching;

/// <summary>Every call to a platform goes through here: it is counted, timed, and told at level Debug. What the call says or answers is
/// looked at by nobody here.</summary>
public sealed partial class CallWatch(EngineMeter meter, ILogger<CallWatch> log, TimeProvider time)
{
    public EngineMeter Meter => meter;

    public Task<T> RunAsync<T>(string marketplace, CallKind kind, Func<Task<T>> call) => RunAsync(marketplace, kind, call, _ => "ok");

    /// <summary>A submit: how it ended is told by its changes.</summary>
    public Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(string marketplace, CallKind kind, Func<Task<IReadOnlyList<ChangeOutcome>>> call) =>
        RunAsync(marketplace, kind, call, Outcome);

    private async Task<T> RunAsync<T>(string marketplace, CallKind kind, Func<Task<T>> call, Func<T, string> outcomeOf)
    {
        var (start, outcome) = (time.GetTimestamp(), "failed");
        try
        {
            var answer = await call();
            outcome = outcomeOf(answer);
            return answer;
        }
        catch (MarketplaceException e)
        {
            outcome = Words.Of(e.Kind);
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            var took = time.GetElapsedTime(start);
            meter.Called(marketplace, kind, outcome, took);
            LogCalled(log, kind, marketplace, outcome, (long)took.TotalMilliseconds);
        }
    }

    private static string Outcome(IReadOnlyList<ChangeOutcome> outcomes)
    {
        var failed = outcomes.Where(o => o.Failure is not null).Select(o => o.Failure!.Value).Distinct().ToList();
        return failed.Count == 0 ? "ok" : failed.Count > 1 || outcomes.Any(o => o.Failure is null) ? "partly" : Words.Of(failed[0]);
    }

    [LoggerMessage(1602, LogLevel.Debug, "Call {Kind} to {Marketplace} ended: {Outcome}, {Milliseconds} ms")]
    private static partial void LogCalled(ILogger log, CallKind kind, string marketplace, string outcome, long milliseconds);
}
