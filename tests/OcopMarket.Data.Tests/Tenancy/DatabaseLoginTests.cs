using Npgsql;
using OcopMarket.Data.Migrations;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>Which logins each part of the program takes, and how they come to be.</summary>
public sealed class DatabaseLoginTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_part_takes_its_own_login_and_no_more_powerful_one()
    {
        Assert.Null(await DatabaseLogins.FaultAsync(postgres.DataSource, DatabaseRole.Worker, CancellationToken.None));
        Assert.Null(await DatabaseLogins.FaultAsync(postgres.WebSource, DatabaseRole.Web, CancellationToken.None));

        Assert.Contains("superuser", await DatabaseLogins.FaultAsync(postgres.Superuser, DatabaseRole.Worker, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("lacks the role ocop_web", await DatabaseLogins.FaultAsync(postgres.DataSource, DatabaseRole.Web, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("lacks the role ocop_worker", await DatabaseLogins.FaultAsync(postgres.WebSource, DatabaseRole.Worker, CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BYPASSRLS IN ROLE ocop_web", "BYPASSRLS")]
    [InlineData("IN ROLE ocop_web, ocop_worker", "another part's role")]
    public async Task A_login_that_passes_row_security_by_is_refused(string rights, string reason)
    {
        var name = $"login_{Guid.NewGuid():N}"[..20];
        await postgres.ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD 'x' {rights}");
        try
        {
            await using var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = name, Password = "x", Pooling = false }.ConnectionString);
            Assert.Contains(reason, await DatabaseLogins.FaultAsync(source, DatabaseRole.Web, CancellationToken.None), StringComparison.Ordinal);
        }
        finally
        {
            await postgres.ExecuteAsync($"DROP ROLE {name}");
        }
    }

    [Fact]
    public async Task The_owner_of_the_tables_is_refused()
    {
        await using var owner = await OwnerAsync(mayMakeRoles: true);
        await Migrator.MigrateAsync(owner.ConnectionString, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(owner.ConnectionString);

        Assert.Equal("owns the tables", await DatabaseLogins.FaultAsync(source, DatabaseRole.Worker, CancellationToken.None));
    }

    [Fact]
    public async Task Migrate_makes_the_logins_that_are_configured_and_they_can_work()
    {
        await using var owner = await OwnerAsync(mayMakeRoles: true);
        await Migrator.MigrateAsync(owner.ConnectionString, CancellationToken.None);
        var name = $"web_{Guid.NewGuid():N}"[..20];
        var login = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = name, Password = "mật khẩu dài", Pooling = false }.ConnectionString;
        owner.Also.Add(name);

        // Twice at once, and once again: made once.
        Assert.All(await Task.WhenAll(Make(), Make()), Assert.Null);
        Assert.Null(await Make());

        await using var source = NpgsqlDataSource.Create(login);
        Assert.Null(await DatabaseLogins.FaultAsync(source, DatabaseRole.Web, CancellationToken.None));

        Task<string?> Make() => DatabaseLogins.MakeAsync(owner.ConnectionString, login, DatabaseRole.Web, CancellationToken.None);
    }

    [Fact]
    public async Task Without_the_right_to_make_logins_it_says_what_to_run_and_no_password()
    {
        await using var owner = await OwnerAsync(mayMakeRoles: false);
        await Migrator.MigrateAsync(owner.ConnectionString, CancellationToken.None);
        var login = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = "web_of_ours", Password = "s3cret" }.ConnectionString;

        var left = await DatabaseLogins.MakeAsync(owner.ConnectionString, login, DatabaseRole.Web, CancellationToken.None);

        Assert.Equal("CREATE ROLE \"web_of_ours\" LOGIN PASSWORD '...' IN ROLE ocop_web;", left);
    }

    /// <summary>A database of a login that is no superuser, as on a server of somebody else's.</summary>
    private static async Task<Owner> OwnerAsync(bool mayMakeRoles)
    {
        var superuser = await PostgresServer.CreateDatabaseAsync("owned");
        var name = $"owner_{Guid.NewGuid():N}"[..20];
        await using var source = NpgsqlDataSource.Create(superuser);
        await using var make = source.CreateCommand(
            $"""
            CREATE ROLE {name} LOGIN PASSWORD 'x' {(mayMakeRoles ? "CREATEROLE" : "")};
            {(mayMakeRoles ? $"GRANT ocop_web TO {name} WITH ADMIN OPTION;" : "")}
            ALTER DATABASE "{new NpgsqlConnectionStringBuilder(superuser).Database}" OWNER TO {name}
            """);
        await make.ExecuteNonQueryAsync();
        return new(superuser, name);
    }

    private sealed record Owner(string Superuser, string Name) : IAsyncDisposable
    {
        public List<string> Also { get; } = [];

        public string ConnectionString =>
            new NpgsqlConnectionStringBuilder(Superuser) { Username = Name, Password = "x", Pooling = false }.ConnectionString;

        public async ValueTask DisposeAsync()
        {
            var database = new NpgsqlConnectionStringBuilder(Superuser).Database!;
            await (await PostgresServer.GetAsync()).DropDatabaseAsync(database, CancellationToken.None);
            await using var source = NpgsqlDataSource.Create((await PostgresServer.GetAsync()).ConnectionString);
            foreach (var role in Also.Append(Name))
            {
                await using var drop = source.CreateCommand($"DROP ROLE IF EXISTS {role}");
                await drop.ExecuteNonQueryAsync();
            }
        }
    }
}
