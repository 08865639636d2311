using Npgsql;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing;

namespace OcopMarket.EndToEnd.Tests.Cli;

/// <summary>The real program with logins of the database that are wrong for it: it does not start, and says why.</summary>
public sealed class LoginTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    [Theory]
    [InlineData("worker", "Database__WorkerConnectionString")]
    [InlineData("web", "Database__WebConnectionString")]
    public async Task Nothing_serves_as_superuser(string role, string setting)
    {
        var settings = app.Settings;
        settings[setting] = app.ConnectionString;

        var ended = await ServeAsync(role, settings);

        Assert.Equal(4, ended.Code);
        Assert.Contains("is a superuser, whom no row security holds back", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_web_does_not_serve_with_the_workers_login()
    {
        var settings = app.Settings;
        settings["Database__WebConnectionString"] = settings["Database__WorkerConnectionString"];

        var ended = await ServeAsync("web", settings);

        Assert.Equal(4, ended.Code);
        Assert.Contains("lacks the role ocop_web", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_is_not_configured_is_asked_for_by_who_needs_it()
    {
        var settings = app.Settings;
        settings.Remove("Database__WebConnectionString");

        var ended = await ServeAsync("web", settings);
        var migrated = await AppProcess.RunAsync(app.Folder, settings, "migrate", "--data", app.Folder.Data);

        Assert.Equal(4, ended.Code);
        Assert.StartsWith("Database:WebConnectionString is missing", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, migrated.Code);
        Assert.Contains("CREATE ROLE ocop_web_login LOGIN PASSWORD '...' IN ROLE ocop_web;", migrated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_without_the_owners_login_starts_on_a_database_that_is_ready_and_changes_no_schema()
    {
        var settings = app.Settings;
        settings.Remove("Database__ConnectionString");
        settings.Remove("Database__WorkerConnectionString");
        var empty = new Dictionary<string, string>(settings);
        var database = await PostgresServer.CreateDatabaseAsync("bare");
        empty["Database__WebConnectionString"] = DatabaseLogins.Derive(database, DatabaseRole.Web);

        var refused = await ServeAsync("web", empty);
        await using var web = AppProcess.Start(app.Folder, settings, "serve", "--roles", "web", "--port", "0", "--data", app.Folder.Data);
        await web.WaitForAsync("is ready");

        Assert.Equal(4, refused.Code);
        Assert.Contains("run ./run migrate with the owner's login", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(database);
        await using var tables = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(0L, await tables.ExecuteScalarAsync());
    }

    private Task<AppResult> ServeAsync(string role, Dictionary<string, string> settings) =>
        AppProcess.RunAsync(app.Folder, settings, "serve", "--roles", role, "--port", "0", "--data", app.Folder.Data);
}
