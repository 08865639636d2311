using System.Text.Json;
using Npgsql;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Vault;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Audit;

/// <summary>Whoever changes the audit afterwards is found, also who owns the database.</summary>
public sealed class AuditTests(PostgresFixture database) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-audit-").FullName;
    private AuditChain _chain = null!;

    private AuditSealer Sealer => new(database.DataSource, _chain);

    public async Task InitializeAsync()
    {
        await database.TruncateAsync("audit", "audit_seal", "audit_head");
        _chain = new(new KeyFile(Path.Combine(_folder, "audit.key"), "the audit"));
        await Sealer.RequireKeyAsync(CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_was_written_down_and_left_alone_fits()
    {
        await FillAsync(25);

        var verdict = await CheckAsync();

        Assert.Equal((25, 0L, null), (verdict.Entries, verdict.Waiting, verdict.Fault));
        Assert.Equal(verdict, await CheckAsync(verdict.Head));
    }

    /// <summary>By who owns the database: the triggers are off.</summary>
    [Theory]
    [InlineData("UPDATE audit SET after = '{\"n\": 99}' WHERE id = 12", "Entry 12 (row 12: test.do by Lan")]
    [InlineData("UPDATE audit SET actor = 'Hoa' WHERE id = 12", "Entry 12 ")]
    [InlineData("UPDATE audit SET at = at - interval '1 second' WHERE id = 12", "Entry 12 ")]
    [InlineData("UPDATE audit SET correlation = '' WHERE id = 12", "Entry 12 ")]
    [InlineData("UPDATE audit_seal SET sealed_at = sealed_at + interval '1 microsecond' WHERE seq = 12", "Entry 12 ")]
    [InlineData("DELETE FROM audit WHERE id = 12", "Entry 12 was removed")]
    [InlineData("DELETE FROM audit_seal WHERE seq = 12; DELETE FROM audit WHERE id = 12", "Entry 12 is missing")]
    [InlineData("DELETE FROM audit WHERE id = 12; DELETE FROM audit_seal WHERE seq = 12; UPDATE audit_seal SET seq = -seq WHERE seq > 12; UPDATE audit_seal SET seq = -seq - 1 WHERE seq < 0", "Entry 12 ")]
    [InlineData("DELETE FROM audit WHERE id = 1; DELETE FROM audit_seal WHERE seq = 1", "Entry 1 is missing")]
    [InlineData("UPDATE audit SET actor = CASE id WHEN 12 THEN (SELECT actor || 'x' FROM audit WHERE id = 13) ELSE 'Lan' END WHERE id IN (12, 13)", "Entry 12 ")]
    [InlineData("UPDATE audit_seal SET mac = sha256(mac) WHERE seq >= 5", "Entry 5 ")]
    public async Task The_first_entry_that_was_changed_or_removed_is_named(string harm, string says)
    {
        await FillAsync(25);

        await HarmAsync(harm);

        Assert.StartsWith(says, (await CheckAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_put_in_between_is_found_with_a_seal_of_somebody_else_and_with_the_worker_s()
    {
        await FillAsync(10);
        await database.ExecuteAsync("SELECT setval(pg_get_serial_sequence('audit', 'id'), 100)");
        await FillAsync(10);
        await HarmAsync(
            """
            INSERT INTO audit (id, at, actor, action, origin) OVERRIDING SYSTEM VALUE SELECT 50, at, 'Hoa', 'test.do', 'x' FROM audit WHERE id = 10;
            UPDATE audit_seal SET seq = -seq WHERE seq > 10;
            UPDATE audit_seal SET seq = -seq + 1 WHERE seq < 0;
            INSERT INTO audit_seal SELECT 11, 50, sha256(mac), sealed_at FROM audit_seal WHERE seq = 10
            """);
        Assert.StartsWith("Entry 11 (row 50", (await CheckAsync()).Fault, StringComparison.Ordinal);

        await InitializeAsync();
        await FillAsync(10);
        await HarmAsync("INSERT INTO audit (at, actor, action, origin) VALUES (now() - interval '3 days', 'Hoa', 'test.do', 'x')");
        await Sealer.SealAsync(100, CancellationToken.None);
        Assert.Contains("put in later", (await CheckAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_end_is_found_by_the_head_written_down_elsewhere_also_when_the_work_went_on()
    {
        await FillAsync(25);
        var head = (await CheckAsync()).Head;
        await HarmAsync("DELETE FROM audit_seal WHERE seq > 20; DELETE FROM audit WHERE id > 20");

        Assert.Null((await CheckAsync()).Fault);
        Assert.StartsWith("The end was cut off: entry 20 is the last", (await CheckAsync(head)).Fault, StringComparison.Ordinal);
        await FillAsync(30);
        Assert.StartsWith("Entry 25 is not the one that was written down", (await CheckAsync(head)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_end_is_found_by_the_head_of_the_day()
    {
        await FillAsync(25);
        var day = new DateOnly(2026, 11, 25);
        var head = await Sealer.KeepHeadAsync(day, CancellationToken.None);
        Assert.Equal(25, head!.Seq);
        Assert.Null(await Sealer.KeepHeadAsync(day, CancellationToken.None));
        Assert.Null((await CheckAsync()).Fault);

        await HarmAsync("DELETE FROM audit_seal WHERE seq > 20; DELETE FROM audit WHERE id > 20");

        Assert.StartsWith("The end was cut off", (await CheckAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_written_anew_is_found_without_the_key_at_its_first_entry_and_with_the_key_by_the_head()
    {
        await FillAsync(25);
        var head = (await CheckAsync()).Head;
        var stranger = new AuditChain(new KeyFile(Path.Combine(_folder, "other.key"), "the audit"));
        stranger.File.Ensure(mayCreate: true);

        await RewriteAsync(stranger);
        Assert.StartsWith("Entry 1 ", (await CheckAsync()).Fault, StringComparison.Ordinal);

        await RewriteAsync(_chain);
        Assert.Null((await CheckAsync()).Fault);
        Assert.StartsWith("Entry 25 is not the one that was written down", (await CheckAsync(head)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_itself_cannot_change_or_remove_an_entry()
    {
        await FillAsync(3);
        await Sealer.KeepHeadAsync(new DateOnly(2026, 11, 25), CancellationToken.None);

        foreach (var sql in new[] { "UPDATE audit SET actor = 'x'", "DELETE FROM audit", "UPDATE audit_seal SET seq = 9", "DELETE FROM audit_seal", "DELETE FROM audit_head" })
        {
            Assert.Contains("only grows", (await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(sql))).MessageText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Entries_of_transactions_that_end_late_and_sealers_at_the_same_time_make_one_chain()
    {
        await using var late = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await late.BeginTransactionAsync();
        await AuditLog.WriteAsync(transaction, new(new("Hoa", "test"), "test.late"), CancellationToken.None);
        await FillAsync(40, seal: false);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Sealer.SealAsync(7, CancellationToken.None)));
        await transaction.CommitAsync();
        while (await Sealer.SealAsync(7, CancellationToken.None) > 0)
        {
        }

        var verdict = await CheckAsync();

        Assert.Equal((41, 0L, null), (verdict.Entries, verdict.Waiting, verdict.Fault));
        Assert.NotEqual(1, await database.ScalarAsync<long>("SELECT s.seq FROM audit_seal s JOIN audit a ON a.id = s.audit_id WHERE a.action = 'test.late'"));
    }

    [Fact]
    public async Task A_change_that_is_taken_back_leaves_no_entry_and_a_secret_in_it_no_text()
    {
        await using (var connection = await database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await AuditLog.WriteAsync(transaction, new(new("Lan", "test"), "test.back"), CancellationToken.None);
        }

        await AuditLog.WriteAsync(
            database.DataSource, new(new("Lan", "test", "c-1"), "test.secret") { ProducerId = 7, Before = new { token = new Secret("bi-mat-4471") }, After = new { name = "Trà" } },
            CancellationToken.None);

        using var exported = new MemoryStream();
        Assert.Equal(1, await AuditExport.WriteAsync(database.DataSource, exported, CancellationToken.None));
        var text = System.Text.Encoding.UTF8.GetString(exported.ToArray());
        using var line = JsonDocument.Parse(text);
        Assert.Equal(("Lan", "test.secret", "c-1", 7), (
            line.RootElement.GetProperty("who").GetString(), line.RootElement.GetProperty("what").GetString(),
            line.RootElement.GetProperty("correlation").GetString(), line.RootElement.GetProperty("forProducer").GetInt32()));
        Assert.Equal("***", line.RootElement.GetProperty("before").GetProperty("token").GetString());
        Assert.Contains("Trà", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_gone_is_not_made_anew_once_something_is_sealed()
    {
        await FillAsync(1);
        File.Delete(_chain.File.Path);

        await Assert.ThrowsAsync<VaultException>(() => Sealer.RequireKeyAsync(CancellationToken.None));
        await Assert.ThrowsAsync<VaultException>(() => CheckAsync());
        Assert.False(File.Exists(_chain.File.Path));
    }

    private Task<AuditVerdict> CheckAsync(string? head = null) =>
        new AuditCheck(database.DataSource, _chain).RunAsync(head is null ? null : AuditHead.TryParse(head), CancellationToken.None);

    private async Task FillAsync(int count, bool seal = true)
    {
        for (var n = 1; n <= count; n++)
        {
            await AuditLog.WriteAsync(
                database.DataSource, new(new("Lan", "test"), "test.do") { Before = new { n = n - 1 }, After = new { n } }, CancellationToken.None);
        }

        if (seal)
        {
            await Sealer.SealAsync(1000, CancellationToken.None);
        }
    }

    private Task HarmAsync(string sql) => database.ExecuteAsync($"BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT");

    private async Task RewriteAsync(AuditChain chain)
    {
        await HarmAsync("DELETE FROM audit_seal; UPDATE audit SET actor = 'Hoa' WHERE id = 3");
        await new AuditSealer(database.DataSource, chain).SealAsync(1000, CancellationToken.None);
    }
}
