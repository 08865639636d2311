namespace OcopMarket.Marketplaces.Http;

/// <summary>Until when a request may begin to leave. A process that was frozen after it had written its intent down must not send when it
/// wakes: by then another holds the shop and may have looked, found nothing, and sent itself.</summary>
/// <remarks>Time that passes while the process is stopped counts. What remains is the moment between the look at the clock and the
/// operating system's taking of the bytes.</remarks>
public sealed class SendWindow
{
    private static readonly AsyncLocal<SendWindow?> _open = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _length;

    private SendWindow(TimeProvider time, long start, TimeSpan length) => (_time, _start, _length) = (time, start, length);

    internal static SendWindow? Current => _open.Value;

    internal bool IsOver => _time.GetElapsedTime(_start) >= _length;

    /// <summary>Holds for the calls that the caller awaits from here on.</summary>
    /// <param name="start">Timestamp of <paramref name="time"/> from before the lease was renewed.</param>
    public static void Open(TimeProvider time, long start, TimeSpan length) => _open.Value = new(time, start, length);
}
