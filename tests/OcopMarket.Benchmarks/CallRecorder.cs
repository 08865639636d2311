namespace OcopMarket.Benchmarks;

/// <summary>One HTTP call as an adapter makes it.</summary>
internal sealed record RecordedCall(string Method, Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, string? Body);

/// <summary>Keeps calls instead of sending them, where somebody asked for it in this flow of control.</summary>
internal sealed class CallRecorder : DelegatingHandler
{
    private static readonly AsyncLocal<List<RecordedCall>?> _into = new();

    /// <summary>What an action would have sent.</summary>
    public static async Task<IReadOnlyList<RecordedCall>> RecordAsync(Func<Task> action)
    {
        var calls = new List<RecordedCall>();
        _into.Value = calls;
        try
        {
            await action();
        }
        finally
        {
            _into.Value = null;
        }

        return calls;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_into.Value is not { } into)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        into.Add(new(
            request.Method.Method, request.RequestUri!, [.. request.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v)))],
            request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
        throw new HttpRequestException("Recorded, not sent.");
    }
}
