using Npgsql;

namespace OcopMarket.Data.Tests;

public sealed class DatabaseLinkTests
{
    [Fact]
    public void A_line_that_goes_silent_is_given_up()
    {
        var tuned = new NpgsqlConnectionStringBuilder(DatabaseLink.Tuned("Host=db;Username=ocop"));

        Assert.Equal((10, 30, 15, 2000), (tuned.KeepAlive, tuned.CommandTimeout, tuned.Timeout, tuned.CancellationTimeout));
        Assert.True(tuned is { TcpKeepAlive: true, TcpKeepAliveTime: 10, TcpKeepAliveInterval: 5 });
    }

    [Fact]
    public void What_the_connection_string_says_goes_before()
    {
        var tuned = new NpgsqlConnectionStringBuilder(DatabaseLink.Tuned("Host=db;Keepalive=7;CommandTimeout=90;Timeout=4"));

        Assert.Equal((7, 90, 4), (tuned.KeepAlive, tuned.CommandTimeout, tuned.Timeout));
    }
}
