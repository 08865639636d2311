using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>What who keeps an installation running can ask of it: numbers, messages for machines, a timetable. The real program, asked over HTTP.</summary>
public sealed class OperationTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private const string Token = "so-lieu-4f1b7c90aa31";

    [Fact]
    public async Task Numbers_are_off_until_somebody_asks_for_them()
    {
        await using var server = await ServeAsync([]);

        using var answer = await server.GetAsync("/metrics");

        Assert.DoesNotContain("ocop_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal); // as any address that is not there: the sign-in
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Numbers_are_told_to_this_machine_and_name_no_secret_and_no_shop()
    {
        await app.ExecuteAsync(
            """
            INSERT INTO producer (key, name, name_folded) VALUES ('watched', 'HTX Bến Tre Xanh', 'htx') ON CONFLICT DO NOTHING;
            INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, opened_by, sweep_at, next_check_at)
            SELECT 'postmart', 'S-77001', id, 'HTX Bến Tre Xanh', 'planned', 'test', 'test', 'infinity', 'infinity' FROM producer WHERE key = 'watched'
            ON CONFLICT DO NOTHING;
            DELETE FROM ledger_figures
            """);
        await using var server = await ServeAsync(new() { ["Metrics__Enabled"] = "true", ["Logging__Format"] = "json" });

        using var answer = await server.GetAsync("/metrics");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\nocop_tasks_due{", text, StringComparison.Ordinal);
        Assert.Matches("""(?m)^ocop_shops_unread\{.*marketplace="postmart".*\} 1\b""", text);
        Assert.Contains("\ndb_client_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bến Tre", text, StringComparison.Ordinal);
        Assert.DoesNotContain("S-77001", text, StringComparison.Ordinal);
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(app.ConnectionString);
        Assert.DoesNotContain(connection.Password!, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(connection.Database!, text, StringComparison.Ordinal);

        // Behind a proxy everybody looks like this machine.
        using var proxied = await server.GetAsync("/metrics", ("X-Forwarded-For", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.NotFound, proxied.StatusCode);
    }

    [Fact]
    public async Task With_a_token_only_who_carries_it_is_told()
    {
        await using var server = await ServeAsync(
            new() { ["Metrics__Enabled"] = "true", ["Metrics__Token"] = Token, ["Logging__LogLevel__Default"] = "Trace" }, "worker");

        using var without = await server.GetAsync("/metrics");
        using var wrong = await server.GetAsync("/metrics", ("Authorization", $"Bearer {Token[..^1]}x"));
        using var right = await server.GetAsync("/metrics", ("Authorization", $"Bearer {Token}"), ("X-Forwarded-For", "203.0.113.9"));

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK),
            (without.StatusCode, wrong.StatusCode, right.StatusCode));
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain(Token, server.Program.Output + server.Program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_for_machines_are_one_object_a_line_and_a_request_is_found_by_the_id_of_its_answer()
    {
        await using var server = await ServeAsync(new()
        {
            ["Logging__Format"] = "json",
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__OcopMarket"] = "Trace",
        });

        using var answer = await server.GetAsync("/health/ready");
        var id = Assert.Single(answer.Headers.GetValues("X-Correlation-Id"));
        await server.Program.WaitForAsync(id);
        var lines = server.Program.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1] // the last one may be under way
            .Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.All(lines, l => Assert.Matches(@"^\d{4}-\d\d-\d\dT", l.GetProperty("Timestamp").GetString()));
        Assert.Contains(lines, l => l.TryGetProperty("Scopes", out var scopes)
            && scopes.EnumerateArray().Any(s => s.ValueKind == JsonValueKind.Object && s.TryGetProperty("Correlation", out var c) && c.GetString() == id));
        var password = new Npgsql.NpgsqlConnectionStringBuilder(app.ConnectionString).Password!;
        Assert.DoesNotContain(password, server.Program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_removes_once_a_day_what_was_kept_long_enough()
    {
        await app.ExecuteAsync("DELETE FROM hangfire.set WHERE key = 'recurring-jobs'; DELETE FROM hangfire.hash WHERE key LIKE 'recurring-job:%'");
        await using var server = await ServeAsync([]);

        for (var i = 0; i < 600 && await app.CountAsync("hangfire.set WHERE key = 'recurring-jobs' AND value = 'retention'") == 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal("40 19 * * *", await app.ScalarAsync<string>(
            "SELECT value FROM hangfire.hash WHERE key = 'recurring-job:retention' AND field = 'Cron'"));
        Assert.Contains("RetentionJob", await app.ScalarAsync<string>(
            "SELECT value FROM hangfire.hash WHERE key = 'recurring-job:retention' AND field = 'Job'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_how_long_is_told_and_what_is_older_goes_when_somebody_says_so()
    {
        await app.RunAsync("migrate");
        await app.ExecuteAsync(
            "INSERT INTO webhook_receipt (marketplace, body_hash, hints, received_at) SELECT 'voso', n::text, 1, now() - n * interval '1 day' FROM generate_series(28, 33) n");
        var settings = new Dictionary<string, string>(app.Settings) { ["Retention__WebhookDays"] = "31" };

        var told = await AppProcess.RunAsync(app.Folder, settings, "retention", "--json");
        Assert.Equal(6, await app.CountAsync("webhook_receipt"));
        var removed = await AppProcess.RunAsync(app.Folder, settings, "retention", "--now", "--json");

        Assert.True(told.Code == 0 && removed.Code == 0, told.Errors + removed.Errors);
        var days = JsonDocument.Parse(told.Output).RootElement.GetProperty("tables").EnumerateArray()
            .ToDictionary(t => t.GetProperty("name").GetString()!, t => t.GetProperty("days"));
        Assert.Equal(31, days["webhook_receipt"].GetDouble());
        Assert.Equal(180, days["listing_attempt"].GetDouble());
        Assert.Equal(JsonValueKind.Null, days["listing"].ValueKind);
        var count = Assert.Single(JsonDocument.Parse(removed.Output).RootElement.GetProperty("removed").EnumerateArray());
        Assert.Equal("webhook_receipt 3", $"{count.GetProperty("table").GetString()} {count.GetProperty("rows").GetInt64()}");
        Assert.Equal(3, await app.CountAsync("webhook_receipt"));
        Assert.Contains("Nothing", (await AppProcess.RunAsync(app.Folder, settings, "retention", "--now")).Output, StringComparison.Ordinal);
    }

    private async Task<Server> ServeAsync(Dictionary<string, string> settings, string roles = "web,worker")
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        foreach (var (name, value) in app.Settings)
        {
            settings[name] = value;
        }

        var program = AppProcess.Start(app.Folder, settings, "serve", "--roles", roles, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await program.WaitForAsync("is ready");
        return new(program, new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") });
    }

    private sealed record Server(AppProcess Program, HttpClient Client) : IAsyncDisposable
    {
        public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return Client.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Program.DisposeAsync();
        }
    }
}
