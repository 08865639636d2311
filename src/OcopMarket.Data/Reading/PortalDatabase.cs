using Npgsql;

namespace OcopMarket.Data.Reading;

/// <summary>The database as the portal's own login sees it: rows within a scope that every transaction says, no sealed secret.</summary>
public sealed record PortalDatabase(NpgsqlDataSource Source);
