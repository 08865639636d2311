using Npgsql;

namespace OcopMarket.Data;

/// <summary>A connection outside the pools, for what is done once. Named, because PostgreSQL's client publishes numbers under the name of what
/// made a connection, and that of an unnamed one is its connection string.</summary>
internal static class SingleConnection
{
    /// <returns>Not open yet; its end is the end of what it holds.</returns>
    public static NpgsqlConnection Create(string connectionString, string name) =>
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString) { Name = name }
            .Build().CreateConnection();
}
