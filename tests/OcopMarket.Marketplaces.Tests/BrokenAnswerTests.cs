using System.Net;
using System.Net.Sockets;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>What no platform means to say: both adapters give it the same meaning.</summary>
[Trait("Category", "Culture")]
public sealed class BrokenAnswerTests
{
    private const string Token = "tok-secret-123456";

    public static TheoryData<string> Keys => ["postmart", "voso"];

    public static TheoryData<string, string> KeysAndBodies => new()
    {
        { "postmart", "<html><body>Bad gateway</body></html>" }, { "voso", "<html><body>Bad gateway</body></html>" },
        { "postmart", "{\"success\":true,\"data\":{\"items\":[{\"itemCo" }, { "voso", "{\"status\":200,\"error\":false,\"da" },
        { "postmart", "" }, { "voso", "" }, { "postmart", "[]" }, { "voso", "[]" }, { "postmart", "null" }, { "voso", "null" },
        { "postmart", "{\"success\":true,\"data\":null}" }, { "voso", "{\"status\":200,\"error\":false,\"data\":null}" },
        { "postmart", "{\"success\":true,\"data\":{\"items\":[null]}}" }, { "voso", "{\"status\":200,\"error\":false,\"data\":[null]}" },
    };

    [Theory]
    [MemberData(nameof(KeysAndBodies))]
    public async Task An_unreadable_answer_to_a_create_is_ambiguous(string key, string body)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(body);

        var outcome = Assert.Single(await CreateAsync(key, server.BaseUrl));

        Assert.Equal(FailureKind.Ambiguous, outcome.Failure);
    }

    [Theory]
    [MemberData(nameof(KeysAndBodies))]
    public async Task An_unreadable_answer_to_a_read_is_tried_again(string key, string body)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(body);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => LookUpAsync(key, server.BaseUrl));

        Assert.Equal(FailureKind.Transient, error.Kind);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_change_whose_right_to_send_has_ended_never_leaves(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer("{}").Answer("{}");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        SendWindow.Open(time, time.GetTimestamp(), TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(6)); // the process was frozen after it had written down that it would send

        var error = await Record.ExceptionAsync(() => CreateAsync(key, server.BaseUrl));

        Assert.Empty(server.Calls);
        Assert.True(error is null or MarketplaceException { Kind: FailureKind.Transient, PlatformCode: "too_late" }, $"{error}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_server_error_is_ambiguous_for_a_write_and_transient_for_a_read(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer("<html/>", 502, "text/html").Answer("<html/>", 503, "text/html");

        Assert.Equal(FailureKind.Ambiguous, Assert.Single(await CreateAsync(key, server.BaseUrl)).Failure);
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => LookUpAsync(key, server.BaseUrl));

        Assert.Equal((FailureKind.Transient, "HTTP 503"), (error.Kind, error.PlatformCode));
        Assert.Equal(2, server.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_redirect_is_not_followed(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(http =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        Assert.Equal(FailureKind.Ambiguous, Assert.Single(await CreateAsync(key, server.BaseUrl)).Failure);
        Assert.Single(server.Calls);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_cookie_is_not_sent_back(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(http =>
        {
            http.Response.Headers.SetCookie = "session=1; path=/";
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var adapter = Adapter(key, server.BaseUrl);
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<MarketplaceException>(() => adapter.LookUpAsync(Shop, ["A-1"], CancellationToken.None));
        }

        Assert.DoesNotContain(server.Calls, c => c.Headers.ContainsKey("Cookie"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_cut_line_after_the_request_is_ambiguous(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });

        var outcome = Assert.Single(await CreateAsync(key, server.BaseUrl));

        Assert.Equal((FailureKind.Ambiguous, "cut"), (outcome.Failure, outcome.PlatformCode));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_time_out_after_the_request_is_ambiguous(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        var adapter = Adapter(key, server.BaseUrl, ("CallTimeout", "00:00:00.300"));

        var outcome = Assert.Single(await adapter.SubmitAsync(Shop, [Create()], CancellationToken.None));

        Assert.Equal((FailureKind.Ambiguous, "timeout"), (outcome.Failure, outcome.PlatformCode));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task An_answer_longer_than_the_bound_is_not_read_to_its_end(string key)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(new string(' ', 5000));
        var adapter = Adapter(key, server.BaseUrl, ("MaxResponseBytes", "2048"));

        var outcome = Assert.Single(await adapter.SubmitAsync(Shop, [Create()], CancellationToken.None));

        Assert.Equal((FailureKind.Ambiguous, "too_large"), (outcome.Failure, outcome.PlatformCode));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_refused_connection_has_landed_nothing(string key)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => CreateAsync(key, $"http://127.0.0.1:{port}"));

        Assert.Equal((FailureKind.Transient, "connect_failed"), (error.Kind, error.PlatformCode));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Cancellation_stays_cancellation(string key)
    {
        using var stop = new CancellationTokenSource();
        await using var server = (await RecordingServer.StartAsync()).Answer(async http =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        var adapter = Adapter(key, server.BaseUrl);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adapter.SubmitAsync(Shop, [Create()], stop.Token));
    }

    [Theory]
    [InlineData("postmart", "{\"success\":false,\"errorCode\":\"NEW_RULE\",\"message\":\"Quy định mới, mã tok-secret-123456\",\"data\":null}", "NEW_RULE")]
    [InlineData("voso", "{\"status\":299,\"error\":true,\"message\":\"Quy định mới, mã tok-secret-123456\",\"data\":null}", "299")]
    public async Task A_code_that_no_table_knows_is_a_refusal_with_its_raw_words_and_without_the_token(string key, string body, string code)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(body).Answer(body);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => LookUpAsync(key, server.BaseUrl));

        Assert.Equal((FailureKind.Rejected, code, "Quy định mới, mã ***"), (error.Kind, error.PlatformCode, error.Detail));
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task An_unusable_token_is_not_sent(string key)
    {
        await using var server = await RecordingServer.StartAsync();
        var adapter = Adapter(key, server.BaseUrl);

        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => adapter.LookUpAsync(Shop with { AccessToken = new Secret("bad\r\ntoken") }, ["A-1"], CancellationToken.None));

        Assert.Equal(FailureKind.Unauthorized, error.Kind);
        Assert.DoesNotContain("bad", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("postmart", 51)]
    [InlineData("voso", 2)]
    public async Task One_more_than_a_batch_holds_is_refused_before_the_call(string key, int count)
    {
        await using var server = await RecordingServer.StartAsync();
        var adapter = Adapter(key, server.BaseUrl);

        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => adapter.SubmitAsync(Shop, [.. Enumerable.Repeat(Create(), count)], CancellationToken.None));

        Assert.Equal((FailureKind.Misconfigured, "batch_size"), (error.Kind, error.PlatformCode));
        Assert.Empty(server.Calls);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_listing_without_ready_pictures_or_category_is_never_sent_in_part(string key)
    {
        await using var server = await RecordingServer.StartAsync();
        var adapter = Adapter(key, server.BaseUrl);
        var change = Create();
        var bare = change with { Product = change.Product with { Images = [change.Product.Images[0] with { Url = null, MediaId = null }] } };
        var unmapped = change with { Product = change.Product with { CriteriaSetNo = 26 } };

        Assert.Equal("media_missing", Assert.Single(await adapter.SubmitAsync(Shop, [bare], CancellationToken.None)).PlatformCode);
        Assert.Equal("category_missing", Assert.Single(await adapter.SubmitAsync(Shop, [unmapped], CancellationToken.None)).PlatformCode);
        Assert.Empty(server.Calls);
    }

    private static SellerSession Shop => new("S1", new Secret(Token));

    private static ListingChange Create() => new(ChangeKind.Create, Drafts.Nectar("A-1").ToCanonical(), null, "l1");

    private static IMarketplaceAdapter Adapter(string key, string baseUrl, params (string Name, string Value)[] settings) => Adapters
        .Registry([($"{key}:BaseUrl", baseUrl), .. settings.Select(s => ($"{key}:{s.Name}", (string?)s.Value))]).Adapter(new(key));

    private static Task<IReadOnlyList<ChangeOutcome>> CreateAsync(string key, string baseUrl) =>
        Adapter(key, baseUrl).SubmitAsync(Shop, [Create()], CancellationToken.None);

    private static Task<IReadOnlyList<SeenItem>> LookUpAsync(string key, string baseUrl) =>
        Adapter(key, baseUrl).LookUpAsync(Shop, ["A-1"], CancellationToken.None);
}
