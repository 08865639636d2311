using Npgsql;

namespace OcopMarket.Data;

/// <summary>How every process of ours talks to PostgreSQL.</summary>
public static class PostgresConnection
{
    /// <summary>Our statements are few and repeat all day: prepared on their fifth use, the server plans each once a connection. Temporary
    /// tables are analysed after each page, which makes it plan those anew.</summary>
    private const int Prepared = 200;

    /// <param name="text">The operator's connection string; what it says of these things gives way.</param>
    public static string Tuned(string text) => new NpgsqlConnectionStringBuilder(text)
    {
        ApplicationName = "ocopmarket",
        KeepAlive = 30,
        MaxPoolSize = 40,
        MaxAutoPrepare = Prepared,
    }.ConnectionString;
}
