using System.Text;

namespace OcopMarket.EndToEnd.Tests.Canary;

/// <summary>No secret leaves: the program at work with sign-ins, pushes, refusals, faults, callbacks and key changes, then a search of all it
/// has said and stored.</summary>
public sealed class CanaryTests(CanaryField field) : IClassFixture<CanaryField>
{
    [Fact]
    public async Task No_secret_is_found_in_messages_tables_pages_and_exports_after_a_day_s_work()
    {
        await using var plain = field.Start("worker", "plain");
        await using var json = field.Start("worker", "json");
        await using var web = field.Start("web", "json");
        await web.WaitForAsync("is ready");
        await field.UntilAsync("count(*) >= 3 FROM listing WHERE external_id IS NOT NULL");
        await field.MarkAsync();
        foreach (var kind in new[] { "tokenRevoked", "html", "cutJson", "serverErrorAfter", "rateLimited", "droppedAfter" })
        {
            await field.BreakAsync(kind);
            await field.ChangeAsync();
            await Task.Delay(1500);
        }

        await field.ExecuteAsync("UPDATE credential SET access_expires_at = now() WHERE sealed_password IS NOT NULL");
        await field.UntilAsync("NOT EXISTS (SELECT FROM credential WHERE sealed_password IS NOT NULL AND access_expires_at <= now())");
        await field.PostAsync("/webhooks/postmart", """{"data":{"sku":"x"},"signature":"forged"}""");
        Assert.Equal(0, (await field.RunAsync("vault rotate --data-keys")).Code);
        await field.MarkAsync();
        const string Wrong = "sai-mat-khau-cua-doi-tac-40c1";
        await field.SpoilPartnerAsync(Wrong);
        await field.ChangeAsync();
        await field.UntilAsync("EXISTS (SELECT FROM credential WHERE state = 'refused')");
        await field.ReadPagesAsync();
        foreach (var worker in new[] { plain, json, web })
        {
            await worker.StopAsync();
            field.Hear("messages", worker.Output + worker.Errors);
        }

        // The same with the key in Vault, a connection that is refused, and everything that can be asked and taken away.
        field.UseVault();
        Assert.Equal(0, (await field.RunAsync("vault rotate")).Code);
        await using (var vaulted = field.Start("worker", "json"))
        {
            await vaulted.WaitForAsync("is ready");
            await Task.Delay(2000);
            await vaulted.StopAsync();
            field.Hear("messages with Vault", vaulted.Output + vaulted.Errors);
        }

        var refused = new Dictionary<string, string>(field.Settings) { ["OCOP_DEBUG"] = "1" };
        refused["Database__ConnectionString"] += "-wrong-5521";
        Assert.Equal(4, (await field.RunAsync("status", refused)).Code);
        foreach (var verb in new[] { "config", "config --json", "status --json", "vault status --json", "audit verify", "holds --json", "undecided --json", "retention --json" })
        {
            Assert.Equal(0, (await field.RunAsync(verb)).Code);
        }

        Assert.Equal(0, (await field.RunAsync($"backup {Path.Combine(field.Home.Path, "all.zip")}")).Code);
        Assert.Equal(0, (await field.RunAsync($"audit export {Path.Combine(field.Home.Path, "audit.ndjson")}")).Code);
        await field.MarkAsync(vault: true);

        var found = await field.SearchAsync("all.zip", "audit.ndjson");

        Assert.True(found.Count == 0, string.Join('\n', found.Take(20)));
        Assert.All(
            new[] { "partner login of postmart", "password of a shop on voso", "token of a login", "vault.key", "audit.key", "wrong password", "token of Vault" },
            name => Assert.Contains(name, field.Marks.Names));
        await FindsWhatIsPlantedAsync(Wrong);
    }

    /// <summary>The search sees a secret in a table, in every form.</summary>
    private async Task FindsWhatIsPlantedAsync(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var form in new[] { secret, Convert.ToHexString(bytes), Convert.ToBase64String([1, .. bytes, 2]), Convert.ToBase64String([1, 2, .. bytes]) })
        {
            await field.ExecuteAsync("INSERT INTO hangfire.hash (key, field, value) VALUES ('planted', 'x', @form)", new { form });
            Assert.Contains(await field.SearchAsync(), f => f.Contains("wrong password in table hangfire.hash", StringComparison.Ordinal));
            await field.ExecuteAsync("DELETE FROM hangfire.hash WHERE key = 'planted'");
        }

        await field.ExecuteAsync("INSERT INTO setting (key, value, set_by) VALUES ('planted', @secret, 'test')", new { secret });
        Assert.Contains(await field.SearchAsync(), f => f.Contains("in table setting", StringComparison.Ordinal));
    }
}
