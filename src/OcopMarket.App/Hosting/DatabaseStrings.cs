namespace OcopMarket.App.Hosting;

/// <summary>The connection strings of the logins, each in a setting or in a file that a setting names; null: not configured. Each holds a
/// password: never print one.</summary>
internal sealed record DatabaseStrings(string? Owner, string? Worker, string? Web, string? ReadOnly)
{
    public const string OwnerKey = "Database:ConnectionString";
    public const string WorkerKey = "Database:WorkerConnectionString";
    public const string WebKey = "Database:WebConnectionString";
    public const string ReadOnlyKey = "Database:ReadOnlyConnectionString";

    public bool IsEmpty => All.Count == 0;

    /// <summary>The one that may do most, for looking whether the database answers and how old it is.</summary>
    public string Any => All[0].Text;

    /// <summary>Those that are there, the owner's first.</summary>
    public IReadOnlyList<(string Key, string Text)> All { get; } =
    [
        .. new (string Key, string? Text)[] { (OwnerKey, Owner), (WorkerKey, Worker), (WebKey, Web), (ReadOnlyKey, ReadOnly) }
            .Where(s => s.Text is not null).Select(s => (s.Key, s.Text!)),
    ];

    /// <exception cref="StartException">A file that a setting names cannot be read.</exception>
    public static DatabaseStrings Of(IConfiguration settings) =>
        new(Read(settings, OwnerKey), Read(settings, WorkerKey), Read(settings, WebKey), Read(settings, ReadOnlyKey));

    private static string? Read(IConfiguration settings, string key)
    {
        if (settings[$"{key}File"] is not { Length: > 0 } file)
        {
            return settings[key] is { Length: > 0 } text ? text : null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The file {file} named by {key}File cannot be read. Put the connection string there or correct the setting.");
        }
    }
}
