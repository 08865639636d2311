using Dapper;
using Npgsql;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Sellers;

/// <summary>One account as people at the command line see it.</summary>
public sealed record ListedAccount
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public string ShopName { get; init; } = "";
    public string? Producer { get; init; }

    /// <summary>As a list names him, of an account outside the catalogue.</summary>
    public string? OwnerName { get; init; }
    public string? UnitCode { get; init; }
    public string? Url { get; init; }
    public string State { get; init; } = "";
    public DateTime StateAt { get; init; }
    public string StateEvidence { get; init; } = "";
    public string OpenedBy { get; init; } = "";
    public DateOnly? OpenedOn { get; init; }
    public string? ContactChannel { get; init; }

    /// <summary>When the platform itself said so last; null: it never did.</summary>
    public DateTime? VerifiedAt { get; init; }
    public string? ProblemCode { get; init; }
    public string? ProblemRaw { get; init; }

    /// <summary>Whether we hold a login.</summary>
    public bool Connected { get; init; }

    /// <summary>Since when nothing is wanted on sale there, and since when it is out of use; null: neither.</summary>
    public DateTime? LeavingAt { get; init; }
    public DateTime? LeftAt { get; init; }
}

public sealed record ListedEvent(DateTime At, string State, string Evidence, string ToldBy, string? Raw);

/// <param name="Unit">A unit and those directly below it.</param>
/// <param name="After">Id of the last account of the page before.</param>
public sealed record AccountFilter(string? Marketplace, string? State, string? Unit, long After, int Limit);

/// <summary>Accounts for the command line.</summary>
public sealed class AccountLooks(NpgsqlDataSource dataSource)
{
    private const string Account = """
        SELECT a.id, a.marketplace, a.external_id, a.shop_name, p.name AS producer, a.owner_name, a.unit_code, a.url, a.state, a.state_at,
               a.state_evidence, a.opened_by, a.opened_on, a.contact_channel, a.verified_at, a.problem_code, a.problem_raw,
               a.credential_id IS NOT NULL AND a.left_at IS NULL AS connected, a.leaving_at, a.left_at
        FROM seller_account a LEFT JOIN producer p ON p.id = a.producer_id
        """;

    private const string Page = Account + """
         WHERE a.id > @After AND (@Marketplace::text IS NULL OR a.marketplace = @Marketplace) AND (@State::text IS NULL OR a.state = @State)
          AND (@Unit::text IS NULL OR a.unit_code = @Unit
               OR a.unit_code IN (SELECT code FROM admin_unit WHERE parent_code = @Unit AND valid_to IS NULL))
        ORDER BY a.id LIMIT @Limit
        """;

    private const string One = Account + " WHERE a.id = @id";

    private const string Events =
        "SELECT at, state, evidence, told_by, raw FROM account_event WHERE account_id = @id ORDER BY at DESC, id DESC LIMIT 100";

    private const string States = "SELECT marketplace, state, count(*) AS count FROM seller_account GROUP BY marketplace, state ORDER BY 1, 2";

    public async Task<IReadOnlyList<ListedAccount>> ListAsync(AccountFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ListedAccount>(new CommandDefinition(Page, filter, cancellationToken: cancellationToken))];
    }

    public async Task<IReadOnlyList<AccountStateCount>> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<AccountStateCount>(new CommandDefinition(States, cancellationToken: cancellationToken))];
    }

    /// <returns>The last hundred events, newest first; null: there is no such account.</returns>
    public async Task<(ListedAccount Account, IReadOnlyList<ListedEvent> Events)?> ShowAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var account = await connection.QuerySingleOrDefaultAsync<ListedAccount>(
            new CommandDefinition(One, new { id }, cancellationToken: cancellationToken));
        return account is null ? null
            : (account, [.. await connection.QueryAsync<ListedEvent>(new CommandDefinition(Events, new { id }, cancellationToken: cancellationToken))]);
    }
}
