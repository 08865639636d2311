using Dapper;
using Npgsql;

namespace OcopMarket.Data.Catalog;

/// <summary>The open transaction of one page. Statements get <c>@source</c>, <c>@run</c> and <c>@today</c> unless they bring their own.</summary>
internal sealed class PageWork(NpgsqlConnection connection, SourceRun run, DateOnly today, CancellationToken cancellation)
{
    public NpgsqlConnection Connection => connection;
    public SourceRun Run => run;
    public UInt128 LineSeed { get; init; }
    public CancellationToken Cancellation => cancellation;

    private object Usual => new { source = run.SourceId, run = run.Id, today };

    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters ?? Usual, cancellationToken: cancellation));

    public async Task<List<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters ?? Usual, cancellationToken: cancellation))).AsList();

    public async Task ExecuteAllAsync(IEnumerable<string> statements)
    {
        foreach (var sql in statements)
        {
            await ExecuteAsync(sql);
        }
    }
}
