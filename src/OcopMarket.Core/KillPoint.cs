using System.Diagnostics;

namespace OcopMarket.Core;

/// <summary>Places in the program at which a test has it die without warning, as by a power cut: <c>OCOP_KILL_AT=after-call</c>, or
/// <c>after-call:3</c> for the third time that it comes there. In builds for tests only; in the program the compiler leaves nothing of them.</summary>
internal static class KillPoint
{
    /// <summary>The intent is written down, the call has not left.</summary>
    public const string AfterBegin = "after-begin";

    /// <summary>The platform has answered, nothing of it is written down.</summary>
    public const string AfterCall = "after-call";

    /// <summary>The answer is written down, the shop is not given back.</summary>
    public const string AfterEnd = "after-end";

    /// <summary>The calls that a dead process left are being taken over.</summary>
    public const string InsideRecover = "inside-recover";

    /// <summary>The platform has said what became of a doubtful create; nothing of it is written down.</summary>
    public const string BeforeResolve = "before-resolve";

    /// <summary>A page of a source is applied and not committed.</summary>
    public const string InPage = "in-page";

    /// <summary>A data key is wrapped anew, others are not.</summary>
    public const string InRewrap = "in-rewrap";

    /// <summary>A batch of logins is sealed anew, others are not.</summary>
    public const string InReseal = "in-reseal";

    /// <summary>The platform has given new tokens for a refresh token that works once; they are not written down.</summary>
    public const string AfterRefresh = "after-refresh";

    /// <summary>The platform has given tokens for a code; they are not written down.</summary>
    public const string AfterExchange = "after-exchange";

    /// <summary>The server of mails has taken one; that is not written down.</summary>
    public const string AfterMail = "after-mail";

#if OCOP_SABOTAGE
    private static readonly string[] _chosen = (Environment.GetEnvironmentVariable("OCOP_KILL_AT") ?? "").Split(':');
    private static readonly int _time = _chosen.Length > 1 ? int.Parse(_chosen[1], System.Globalization.CultureInfo.InvariantCulture) : 1;
    private static int _times;
#endif

    [Conditional("OCOP_SABOTAGE")]
    public static void Reach(string point)
    {
#if OCOP_SABOTAGE
        if (_chosen[0] == point && Interlocked.Increment(ref _times) == _time)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
#endif
    }
}
