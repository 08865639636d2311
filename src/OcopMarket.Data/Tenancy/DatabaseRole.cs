namespace OcopMarket.Data.Tenancy;

/// <summary>What a login of the database is for. The role's rights stand in <c>Schema/access.sql</c>, its rows in the tables' policies.</summary>
public sealed record DatabaseRole(string Name, string Purpose)
{
    /// <summary>Pages and API: rows within the scope of the one who asks.</summary>
    public static DatabaseRole Web { get; } = new("ocop_web", "the portal");

    /// <summary>The engine and the commands: every row.</summary>
    public static DatabaseRole Worker { get; } = new("ocop_worker", "the workers");

    /// <summary>Reports of other programs: as the portal, and never writing.</summary>
    public static DatabaseRole ReadOnly { get; } = new("ocop_readonly", "reports");

    public static IReadOnlyList<DatabaseRole> All { get; } = [Web, Worker, ReadOnly];
}
