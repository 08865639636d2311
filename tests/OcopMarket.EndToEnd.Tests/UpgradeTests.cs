using OcopMarket.Testing;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>The way from one version to the next: the steps of a schema only add, so whoever runs goes on; whoever starts must be new enough.</summary>
public sealed class UpgradeTests(SmallField field) : IClassFixture<SmallField>
{
    [Fact]
    public async Task A_worker_goes_on_while_the_next_version_migrates_and_is_refused_only_when_it_starts_again()
    {
        await using (var old = field.StartWorker())
        {
            await field.SettleAsync(old);
            await MigrateToNextAsync();
            await field.ChangeAsync();

            await field.SettleAsync(old);
            await field.AssertNothingDoubledAsync();
        }

        var before = await LedgerAsync();
        foreach (var verb in new[] { "serve --roles worker --port 0", "serve --roles web --port 0", "migrate", "status", "pull chaos --file products.ndjson", "backup b.zip" })
        {
            var late = await AppProcess.RunAsync(field.Home, field.Settings, [.. verb.Split(' '), "--data", field.Home.Data]);
            Assert.True(late.Code == 4, $"{verb} ended with {late.Code}: {late.Errors}");
            Assert.Equal("The database is at version 9999 (next), newer than this program; run a newer program.", Assert.Single(late.ErrorLines));
        }

        Assert.Equal(before, await LedgerAsync());
    }

    [Fact]
    public async Task Two_programs_that_start_at_once_on_an_empty_database_migrate_it_once()
    {
        await using var home = new AppFolder();
        var settings = PostgresServer.Settings(await PostgresServer.CreateDatabaseAsync("upgrade"));

        var ends = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => AppProcess.RunAsync(home, settings, "migrate", "--data", home.Data)));

        Assert.All(ends, e => Assert.True(e.Code == 0, e.Errors));
        var again = await AppProcess.RunAsync(home, settings, "migrate", "--data", home.Data);
        Assert.Contains("0 applied now", again.Output, StringComparison.Ordinal);
    }

    /// <summary>What the next version's steps may do at most: a column more in every table, a table more.</summary>
    private async Task MigrateToNextAsync()
    {
        foreach (var table in await field.QueryAsync<string>(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"))
        {
            await field.ExecuteAsync($"ALTER TABLE {table} ADD COLUMN of_the_next_version text DEFAULT 'x'");
        }

        await field.ExecuteAsync(
            """
            CREATE TABLE next_version (id bigint PRIMARY KEY);
            INSERT INTO schema_version (version, name, sha256) VALUES (9999, 'next', 'x')
            """);
    }

    private async Task<string> LedgerAsync() => string.Join('\n', await field.QueryAsync<string>(
        """
        SELECT to_jsonb(t)::text FROM listing_task t UNION ALL SELECT to_jsonb(v)::text FROM schema_version v
        UNION ALL SELECT to_jsonb(s)::text FROM setting s UNION ALL SELECT count(*)::text FROM source_run ORDER BY 1
        """));
}
