using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Reading.Feeds;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>What programs read: the same rows as the pages, in parts, and no statement without an end.</summary>
public sealed class FeedTests(ProvinceFixture province) : IClassFixture<ProvinceFixture>
{
    private static readonly FeedPlace _all = new(null, 200);
    private static readonly DateOnly _today = new(2026, 11, 25);

    public static TheoryData<string, long[], long[]> Scopes => new()
    {
        { "", [], [] },
        { "producer:2", [2], [2, 4] },
        { "units:86", [1, 2], [1, 2, 4] },
        { "units:96", [3], [3] },
        { "all", [1, 2, 3], [1, 2, 3, 4] },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task Each_list_holds_what_lies_within_the_scope(string scope, long[] rows, long[] shops)
    {
        province.Become(DataScope.TryParse(scope, out var parsed) ? parsed : DataScope.None);
        await CheckAsync(province.Reading, rows, shops);
    }

    [Fact]
    public async Task A_business_reads_only_its_own_even_where_row_security_is_off()
    {
        province.Become(DataScope.Producer(2));
        var reading = new ReadingDatabase(new PortalDatabase(province.Superuser), province);

        await CheckAsync(reading, [2], [2, 4]);
        Assert.Null(await new ListingFeed(reading).OneAsync(1, CancellationToken.None));
        Assert.Null(await new AccountFeed(reading).OneAsync(1, _today, CancellationToken.None));
        Assert.Null(await new IssueFeed(reading).OneAsync(1, CancellationToken.None));
        Assert.NotNull(await new IssueFeed(reading).OneAsync(2, CancellationToken.None));
    }

    [Fact]
    public async Task A_part_ends_where_the_next_begins()
    {
        province.Become(DataScope.All);
        var feed = new ListingFeed(province.Reading);

        var first = await feed.ListAsync(new(), null, new(null, 2), DateTimeOffset.UtcNow, CancellationToken.None);
        var second = await feed.ListAsync(new(), null, new(first.Next, 2), DateTimeOffset.UtcNow, CancellationToken.None);

        Assert.Equal([1L, 2L], first.Rows.Select(r => r.Id));
        Assert.Equal(2, first.Next);
        Assert.Equal([3L], second.Rows.Select(r => r.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task The_server_itself_breaks_off_what_takes_too_long_and_forgets_the_limit_for_the_next()
    {
        var login = DatabaseLogins.Derive(province.ConnectionString, DatabaseRole.Web);
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(login) { MaxPoolSize = 1 }.ConnectionString);
        var hurried = new ReadingDatabase(new PortalDatabase(one), new Hurried());
        var patient = new ReadingDatabase(new PortalDatabase(one), province);
        const string limit = "SELECT current_setting('statement_timeout')";

        Assert.Equal("300ms", await hurried.FirstAsync<string>(limit, null, CancellationToken.None));
        var broken = await Assert.ThrowsAsync<PostgresException>(
            () => hurried.FirstAsync<string>("SELECT pg_sleep(20)::text", null, CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, broken.SqlState);
        Assert.Equal("0", await patient.FirstAsync<string>(limit, null, CancellationToken.None));
    }

    [Fact]
    public async Task The_portal_adds_to_the_proof_whatever_the_scope_and_says_neither_when_nor_where()
    {
        const string add = "INSERT INTO audit (actor, producer_id, action, origin) VALUES ('x', 3, 'x', 'x')";
        Assert.Null(await ProvinceFixture.TryAsync(province.WebSource, DataScope.OfUnits(["86"]), add));
        Assert.Null(await ProvinceFixture.TryAsync(province.WebSource, DataScope.Producer(1), add));
        foreach (var statement in new[]
        {
            "INSERT INTO audit (at, actor, action, origin) VALUES (now(), 'x', 'x', 'x')", "UPDATE audit SET actor = 'y'", "DELETE FROM audit",
            "INSERT INTO audit_seal (seq, audit_id, mac, sealed_at) VALUES (1, 1, 'x', now())",
        })
        {
            var refused = await ProvinceFixture.TryAsync(province.WebSource, DataScope.All, statement);
            Assert.Equal((statement, PostgresErrorCodes.InsufficientPrivilege), (statement, refused?.SqlState));
        }
    }

    private static async Task CheckAsync(ReadingDatabase reading, long[] rows, long[] shops)
    {
        var none = CancellationToken.None;
        var products = await new ProductFeed(reading).ListAsync(new(), _all, _today, none);
        var listings = await new ListingFeed(reading).ListAsync(new(), null, _all, DateTimeOffset.UtcNow, none);
        var issues = await new IssueFeed(reading).ListAsync(new(null, null, null, null, null), _all, none);
        var accounts = await new AccountFeed(reading).ListAsync(null, null, _all, _today, none);

        Assert.Equal(rows, products.Rows.Select(r => r.Id));
        Assert.Equal(rows, listings.Rows.Select(r => r.Id));
        Assert.Equal(rows, issues.Rows.Select(r => r.ListingId));
        Assert.Equal(shops, accounts.Rows.Select(r => r.Id));
    }

    private sealed class Hurried : IReaderScope
    {
        public DataScope Current => DataScope.All;

        public TimeSpan? Longest => TimeSpan.FromMilliseconds(300);
    }
}
