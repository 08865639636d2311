using Microsoft.AspNetCore.Http;

namespace OcopMarket.Sandbox.Common;

/// <summary>Puts an answer on the wire, or what a fault makes of it.</summary>
internal static class Delivery
{
    private const long HugeBytes = 1L << 30;

    public static Task SendAsync(HttpContext http, Decision decision)
    {
        var (answer, fault) = decision;
        switch (fault?.Kind)
        {
            case FaultKind.DroppedBefore or FaultKind.DroppedAfter:
            case FaultKind.LateLanding when fault.HttpStatus is null:
                http.Abort();
                return Task.CompletedTask;
            case FaultKind.SlowBytes:
                return SendSlowlyAsync(http, answer, TimeSpan.FromSeconds(fault.Seconds ?? 5));
            case FaultKind.CutJson:
                return SendAsync(http, answer, answer.Body.AsMemory(0, answer.Body.Length / 2));
            case FaultKind.HugeBody:
                return SendHugeAsync(http, answer);
            default:
                return SendAsync(http, answer, answer.Body);
        }
    }

    private static async Task SendAsync(HttpContext http, Answer answer, ReadOnlyMemory<byte> body)
    {
        Head(http, answer);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task SendSlowlyAsync(HttpContext http, Answer answer, TimeSpan whole)
    {
        const int Pieces = 20;
        Head(http, answer);
        http.Response.ContentLength = answer.Body.Length;
        var size = Math.Max(1, answer.Body.Length / Pieces);
        for (var at = 0; at < answer.Body.Length; at += size)
        {
            var piece = answer.Body.AsMemory(at, Math.Min(size, answer.Body.Length - at));
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(whole / Pieces, http.RequestAborted);
        }
    }

    private static async Task SendHugeAsync(HttpContext http, Answer answer)
    {
        Head(http, answer);
        await http.Response.Body.WriteAsync("{\"data\":\""u8.ToArray(), http.RequestAborted);
        var piece = new byte[1 << 16];
        Array.Fill(piece, (byte)'x');
        for (long sent = 0; sent < HugeBytes && !http.RequestAborted.IsCancellationRequested; sent += piece.Length)
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }

        await http.Response.Body.WriteAsync("\"}"u8.ToArray(), http.RequestAborted);
    }

    private static void Head(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Http;
        http.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (answer.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        if (answer.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = $"{seconds}";
        }
    }
}
