using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>The search that every fixture ends with sees what it looks for.</summary>
public sealed class SuiteCanaryTests(PostgresFixture database) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("login pmt-0123456789abcdef0123456789abcdef was refused")]
    [InlineData("{\"password\": \"mat-khau-thu\"}")]
    [InlineData("\\x6d61742d6b6861752d746875")]
    [InlineData("vsl-ffffffffffffffffffffffffffffffff")]
    [InlineData("key cs_0123456789abcdef0123456789abcdef01234567")]
    [InlineData("\\x63735f30313233343536373839616263646566303132333435363738396162636465663031323334353637")]
    [InlineData("voso-0123456789")]
    [InlineData("sign=ocop-test-app-secret")]
    public async Task A_secret_in_a_table_is_found(string planted)
    {
        Assert.Empty(await SuiteCanary.SearchAsync(database.Superuser));
        await database.ExecuteAsync("INSERT INTO setting (key, value, set_by) VALUES ('planted', @planted, 'test')", new { planted });
        try
        {
            Assert.Equal(["setting"], await SuiteCanary.SearchAsync(database.Superuser));
            Assert.Throws<InvalidOperationException>(() => SuiteCanary.Check("a message", planted));
        }
        finally
        {
            await database.ExecuteAsync("DELETE FROM setting WHERE key = 'planted'");
        }
    }
}
