using OcopMarket.EndToEnd.Tests.Cli;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>What people do at the command line is written down, sealed by a worker and read again.</summary>
public sealed class AuditTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Fact]
    public async Task A_rotation_is_written_down_sealed_by_a_worker_verified_and_exported()
    {
        Assert.Equal(0, (await app.RunAsync("vault", "rotate")).Code);
        Refusal.IsOneSentence(await app.RunAsync("audit", "verify"), 4); // who has no key can tell nothing
        Assert.Equal(2, (await app.RunAsync("audit", "verify", "--head", "12:abc")).Code);
        await using (var pages = AppProcess.Start(app.Folder, app.Settings, "serve", "--roles", "web", "--port", "0"))
        {
            await pages.WaitForAsync("is ready");
            Assert.Equal(0, await app.CountAsync("audit_seal"));
            Assert.False(File.Exists(Path.Combine(app.Folder.Data, "keys", "audit.key")));
        }

        await using var worker = AppProcess.Start(app.Folder, app.Settings, "serve", "--roles", "worker", "--port", "0");
        await worker.WaitForAsync("Audit head of");

        var verdict = await app.JsonAsync("audit", "verify", "--json");
        Assert.Equal((2, 0), (verdict.GetProperty("entries").GetInt32(), verdict.GetProperty("waiting").GetInt32()));
        var head = verdict.GetProperty("head").GetString()!;
        Assert.Contains(head, worker.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await app.RunAsync("audit", "verify", "--head", head)).Code);
        var file = Path.Combine(app.Folder.Path, "audit.ndjson");
        Assert.Equal(0, (await app.RunAsync("audit", "export", file)).Code);
        Assert.Equal(["vault.rotate.begin", "vault.rotate.end"], (await File.ReadAllLinesAsync(file))
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("what").GetString()!));
        Refusal.IsOneSentence(await app.RunAsync("audit", "export", file), 4);

        await app.ExecuteAsync("BEGIN; SET LOCAL session_replication_role = replica; UPDATE audit SET actor = 'nobody' WHERE id = 2; COMMIT");
        var changed = await app.RunAsync("audit", "verify");
        Assert.Equal(1, changed.Code);
        Assert.StartsWith("Entry 2 (row 2: vault.rotate.end", changed.Output, StringComparison.Ordinal);
    }
}
